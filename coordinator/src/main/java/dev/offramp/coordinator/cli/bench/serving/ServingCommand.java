package dev.offramp.coordinator.cli.bench.serving;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.OutputOption;
import dev.offramp.coordinator.cli.bench.Benches;
import dev.offramp.coordinator.cli.bench.network.BenchNetworks;
import dev.offramp.partition.onnx.Cutting;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench serving}: one agent against a plain server. */
@Command(
        name = "serving",
        description =
                "Sends the same frames to one agent with a whole network, and to a plain HTTP server with the same"
                        + " network, queue and decoder: a few at a time, one at a time, and twice as many as can be done.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class ServingCommand implements Callable<Integer> {
    private static final double NANOS_PER_SECOND = 1e9;

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--network",
            defaultValue = "cifar10",
            paramLabel = "NAME",
            description =
                    "resnet50 (made here, random weights), cifar10, roadside, or a file (default: ${DEFAULT-VALUE}).")
    private String network;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            paramLabel = "N",
            description = "Of each load (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "2",
            paramLabel = "S",
            description = "Of each load and round (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Override
    public Integer call() throws CliException, InterruptedException {
        if (rounds < 1 || !(seconds > 0)) {
            throw new CliException(
                    ExitCode.USAGE, "%d rounds of %s s: expected more than 0 of both".formatted(rounds, seconds));
        }
        Cutting whole = BenchNetworks.cut(BenchNetworks.named(network), 1);
        long nanos = Math.round(seconds * NANOS_PER_SECOND);
        Serving serving = Benches.run((cluster, processes, clock, pause) -> new ServingRun(
                        whole,
                        rounds,
                        nanos,
                        cluster,
                        processes,
                        clock,
                        pause,
                        spec.commandLine().getErr())
                .run());
        if (output.isJson()) {
            Json.print(spec.commandLine().getOut(), serving.json());
        } else {
            serving.print(spec.commandLine().getOut());
        }
        return ExitCode.OK;
    }
}
