package dev.offramp.coordinator.cli;

import dev.offramp.coordinator.cli.bench.BenchCommand;
import dev.offramp.coordinator.cli.bench.PrepareCommand;
import dev.offramp.coordinator.cli.demo.DemoCommand;
import dev.offramp.coordinator.cli.dist.DistCommand;
import dev.offramp.coordinator.cli.eval.EvalCommand;
import dev.offramp.coordinator.cli.experiment.ExperimentCommand;
import dev.offramp.coordinator.cli.export.ExportCommand;
import dev.offramp.coordinator.cli.top.TopCommand;
import dev.offramp.partition.ByteSize;
import dev.offramp.partition.HostPort;
import dev.offramp.time.Durations;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The {@code offramp} command. It is quick to say what it can: only the command that is asked for is inspected, the
 * others are no more than their names and descriptions, and gRPC, Jackson and SQLite are touched only by commands that
 * need them.
 */
@Command(
        name = "offramp",
        description = "Runs one early-exit network across many small boards.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Commands that ask the coordinator find it with --coordinator or OFFRAMP_COORDINATOR."})
public final class Offramp {
    /** In the order of the help text. */
    private static final List<Class<?>> COMMANDS = List.of(
            CoordinatorCommand.class,
            AgentCommand.class,
            NodeCommand.class,
            ModelCommand.class,
            ProfileCommand.class,
            PlacementCommand.class,
            PolicyCommand.class,
            CameraCommand.class,
            ReceiverCommand.class,
            JobCommand.class,
            TokenCommand.class,
            JoinCommand.class,
            CertCommand.class,
            TopCommand.class,
            ExportCommand.class,
            DemoCommand.class,
            SimulateCommand.class,
            EvalCommand.class,
            BenchCommand.class,
            PrepareCommand.class,
            DistCommand.class,
            ExperimentCommand.class,
            CompletionCommand.class);

    private Offramp() {}

    public static void main(String[] arguments) {
        String first = arguments.length == 0 ? "--help" : arguments[0];
        boolean every = first.equals("help") || first.equals("completion");
        CommandLine command = commandLine(name -> every || name.equals(first));
        System.exit(command.execute(arguments));
    }

    /** The command with all of its subcommands, ready to execute; its exit codes are those of {@link ExitCode}. */
    public static CommandLine commandLine() {
        return commandLine(name -> true);
    }

    private static CommandLine commandLine(Predicate<String> wanted) {
        CommandLine root = new CommandLine(new Offramp());
        for (Class<?> type : COMMANDS) {
            Command annotation = type.getAnnotation(Command.class);
            if (wanted.test(annotation.name())) {
                root.addSubcommand(type);
            } else {
                CommandSpec mention = CommandSpec.create().name(annotation.name());
                mention.usageMessage().description(annotation.description());
                root.addSubcommand(annotation.name(), mention);
            }
        }
        root.addSubcommand(new HelpCommand());
        Failures failures = new Failures();
        return root.registerConverter(HostPort.class, HostPort::parse)
                .registerConverter(ByteSize.class, ByteSize::parse)
                .registerConverter(Duration.class, Durations::parse)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }
}
