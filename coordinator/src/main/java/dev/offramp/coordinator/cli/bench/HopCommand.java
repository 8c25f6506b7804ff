package dev.offramp.coordinator.cli.bench;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.OutputOption;
import dev.offramp.partition.ByteSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench hop}: what a hop costs beside what the network costs. */
@Command(
        name = "hop",
        description =
                "Sends activations through chains of agents whose partitions do nothing, and the same bytes over bare"
                        + " gRPC streams through as many processes and over a bare socket to one. A hop is what one agent"
                        + " adds: taking the activation in, queue, hand-over to the server and back, passing it on, and"
                        + " the outcome's way back. Its time is from sending to the answer, less what was computed, over"
                        + " the number of agents.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class HopCommand implements Callable<Integer> {
    /**
     * What to measure.
     *
     * @param hops of the longest chain
     * @param sides of the square images whose floats are the activations
     * @param messages of each way and size
     */
    record Wanted(int hops, List<Integer> sides, int messages) {
        private static final int MAX_HOPS = 16;
        private static final long MAX_BYTES = 32 << 20;

        Wanted {
            if (hops < 1 || hops > MAX_HOPS || messages < 1) {
                throw new IllegalArgumentException(
                        "%d hops and %d messages: expected 1 to %d and at least 1".formatted(hops, messages, MAX_HOPS));
            }
            sides = List.copyOf(sides);
        }

        static Wanted of(int hops, List<String> sizes, int messages) {
            List<Integer> sides = new ArrayList<>();
            for (String size : sizes) {
                long bytes = ByteSize.parse(size).bytes();
                if (bytes < Float.BYTES || bytes > MAX_BYTES) {
                    throw new IllegalArgumentException(
                            "a size of %s: expected 4B to %dMiB".formatted(size, MAX_BYTES >> 20));
                }
                sides.add((int) Math.round(Math.sqrt((double) bytes / Float.BYTES)));
            }
            return new Wanted(hops, sides, messages);
        }
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--hops",
            defaultValue = "5",
            paramLabel = "N",
            description = "Agents of the longest chain (default: ${DEFAULT-VALUE}).")
    private int hops;

    @Option(
            names = "--sizes",
            defaultValue = "4KiB,100KiB,784KiB,3136KiB",
            split = ",",
            paramLabel = "SIZE",
            description = "Of the activations, to the nearest square of floats (default: ${DEFAULT-VALUE}).")
    private List<String> sizes;

    @Option(
            names = "--messages",
            defaultValue = "400",
            paramLabel = "N",
            description = "Of each way and size (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--link",
            paramLabel = "RATE",
            description =
                    "Puts every process on a link of its own, shaped to e.g. 940mbit, instead of loopback; needs root.")
    private @Nullable String link;

    @Option(names = "--inside", hidden = true, description = "This process is alone in a network namespace.")
    private boolean inside;

    @Override
    public Integer call() throws CliException, InterruptedException {
        Wanted wanted;
        try {
            wanted = Wanted.of(hops, sizes, count);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
        if (link != null && !inside) {
            ShapedNetwork.check(link);
            return NetworkNamespace.runAgain(spec, "--inside");
        }
        HopRun run =
                new HopRun(wanted, Optional.ofNullable(link), spec.commandLine().getErr());
        Hops measured = link == null ? Benches.run(run::measure) : Benches.run(ShapedNetwork.HOST, run::measure);
        if (output.isJson()) {
            Json.print(spec.commandLine().getOut(), measured.json());
        } else {
            measured.print(spec.commandLine().getOut());
        }
        return ExitCode.OK;
    }
}
