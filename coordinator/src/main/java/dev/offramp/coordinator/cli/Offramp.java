package dev.offramp.coordinator.cli;

import dev.offramp.coordinator.cli.demo.DemoCommand;
import dev.offramp.coordinator.cli.top.TopCommand;
import dev.offramp.coordinator.config.Durations;
import dev.offramp.coordinator.config.HostPort;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/**
 * The {@code offramp} command. Its classes touch gRPC, Jackson and SQLite only when a command runs, so that
 * {@code --help} is quick.
 */
@Command(
        name = "offramp",
        description = "Runs one early-exit network across many small boards.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CoordinatorCommand.class,
            AgentCommand.class,
            NodeCommand.class,
            ModelCommand.class,
            PlacementCommand.class,
            PolicyCommand.class,
            JobCommand.class,
            TopCommand.class,
            DemoCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        },
        footer = {"", "Commands that ask the coordinator find it with --coordinator or OFFRAMP_COORDINATOR."})
public final class Offramp {
    private Offramp() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command, ready to execute; its exit codes are those of {@link ExitCode}. */
    public static CommandLine commandLine() {
        Failures failures = new Failures();
        return new CommandLine(new Offramp())
                .registerConverter(HostPort.class, HostPort::parse)
                .registerConverter(Duration.class, Durations::parse)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }
}
