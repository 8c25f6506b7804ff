package dev.offramp.coordinator.cli.bench.strangers;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.process.LocalCoordinator;
import dev.offramp.coordinator.rpc.Protection;
import dev.offramp.coordinator.rpc.RpcServer;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.access.DoorLimits;
import dev.offramp.proto.access.Guard;
import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.IdentityFiles;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.time.NanoClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench decoy}: doors with nothing behind them, until it is stopped. */
@Command(name = "decoy", hidden = true, description = "Is what the stranger of 'bench strangers' tries beside members.")
@SuppressWarnings("NullAway.Init")
public final class DecoyCommand implements Callable<Integer> {
    /** What it says when all ports listen. */
    static final String BEGINS = "begins";

    private static final DoorLimits FOR_EVERYBODY = new DoorLimits(10_000);
    private static final Duration CONNECTION_AGE = Duration.ofHours(1);

    @Spec
    private CommandSpec spec;

    @Option(names = "--identity", required = true, description = "Its certificate; it believes who has the same CA's.")
    private Path identity;

    @Option(names = "--door", required = true, description = "A port that lets in as many strangers as a member's.")
    private List<Integer> doors;

    @Option(names = "--open", required = true, description = "A port that lets in everybody, to warm up at.")
    private int open;

    @Option(names = "--strangers", defaultValue = DoorLimits.USUAL, description = "As the agents' option of that name.")
    private double strangers;

    @Override
    public Integer call() throws CliException, InterruptedException {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            Credentials credentials = IdentityFiles.in(identity).read();
            for (int door : doors) {
                listen(door, credentials, new DoorLimits(strangers), executor);
            }
            listen(open, credentials, FOR_EVERYBODY, executor);
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "the decoy cannot go on: " + e.getMessage(), e);
        }
        spec.commandLine().getOut().println(BEGINS);
        spec.commandLine().getOut().flush();
        Thread.currentThread().join();
        return ExitCode.OK;
    }

    private static void listen(int port, Credentials credentials, DoorLimits limits, Executor executor)
            throws IOException {
        Guard guard = Guard.of(LiveCredentials.of(credentials, InstantSource.system()), limits, NanoClock.system());
        var unused = RpcServer.start(
                new HostPort(LocalCoordinator.LOOPBACK, port),
                Optional.of(new Protection(guard, CONNECTION_AGE)),
                List.of(),
                executor);
    }
}
