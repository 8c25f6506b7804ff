package dev.offramp.coordinator.cli;

import dev.offramp.coordinator.CoordinatorProcess;
import dev.offramp.coordinator.config.CoordinatorConfig;
import dev.offramp.partition.HostPort;
import dev.offramp.supervision.ServiceManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code coordinator}: runs until it is told to stop. */
@Command(name = "coordinator", description = "Runs the coordinator.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class CoordinatorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data-dir",
            required = true,
            paramLabel = "DIR",
            description = "Keeps state.db and the partition files; made if it is missing.")
    private Path dataDir;

    @Option(
            names = "--bind",
            defaultValue = "127.0.0.1",
            paramLabel = "ADDRESS",
            description = "Interface to listen on (default: ${DEFAULT-VALUE}).")
    private String bind;

    @Option(
            names = "--port",
            defaultValue = "7700",
            paramLabel = "PORT",
            description = "0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Mixin
    private CertificateOptions certificates;

    @Override
    public Integer call() throws CliException, InterruptedException {
        CoordinatorConfig config = config();
        try (CoordinatorProcess process = CoordinatorProcess.start(config)) {
            Runtime.getRuntime().addShutdownHook(new Thread(process::close, "shutdown"));
            spec.commandLine().getOut().println("coordinator listens on " + process.address());
            spec.commandLine().getOut().flush();
            Optional<ServiceManager> manager = ServiceManager.of(System.getenv());
            if (manager.isPresent()) {
                process.ready(manager.get());
            }
            process.awaitEnd();
            return ExitCode.OK;
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, String.valueOf(e.getMessage()), e);
        }
    }

    private CoordinatorConfig config() throws CliException {
        try {
            return new CoordinatorConfig(dataDir, new HostPort(bind, port), certificates.of(dataDir));
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }
}
