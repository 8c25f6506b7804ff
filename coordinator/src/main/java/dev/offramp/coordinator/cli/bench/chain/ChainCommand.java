package dev.offramp.coordinator.cli.bench.chain;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.OutputOption;
import dev.offramp.coordinator.cli.bench.Benches;
import dev.offramp.coordinator.cli.bench.network.BenchNetworks;
import dev.offramp.partition.onnx.OnnxNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench chain}: a network over several agents against one process. */
@Command(
        name = "chain",
        description =
                "Cuts a network over chains of agents, each held to its share of the cores. Throughput is compared with"
                        + " the slowest partition alone in ONNX Runtime under the same share, latency with the uncut network in"
                        + " one process.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class ChainCommand implements Callable<Integer> {
    private static final int MAX_AGENTS = 16;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /**
     * What to measure.
     *
     * @param agents of the chains, one after the other
     * @param rounds of each, of which medians count
     * @param nanos of each round's throughput; latency and bounds take half of it each
     */
    record Wanted(String network, List<Integer> agents, int rounds, long nanos) {
        Wanted {
            agents = List.copyOf(agents);
            if (agents.isEmpty() || agents.stream().anyMatch(count -> count < 1 || count > MAX_AGENTS)) {
                throw new IllegalArgumentException(
                        "chains of %s agents: expected 1 to %d each".formatted(agents, MAX_AGENTS));
            }
            if (rounds < 1 || nanos < 1) {
                throw new IllegalArgumentException(
                        "%d rounds of %d ns: expected at least 1 of both".formatted(rounds, nanos));
            }
        }
    }

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
            names = "--agents",
            defaultValue = "1,2,3,4",
            split = ",",
            paramLabel = "N",
            description = "Of each chain (default: ${DEFAULT-VALUE}).")
    private List<Integer> agents = new ArrayList<>();

    @Option(
            names = "--rounds",
            defaultValue = "5",
            paramLabel = "N",
            description = "Of each chain, of which the median counts (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "2",
            paramLabel = "S",
            description = "Of a round's throughput (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Override
    public Integer call() throws CliException, InterruptedException {
        Wanted wanted = wanted();
        OnnxNetwork uncut = BenchNetworks.named(network);
        Chains chains = Benches.run((cluster, processes, clock, pause) -> new ChainRun(
                        wanted,
                        uncut,
                        cluster,
                        processes,
                        clock,
                        spec.commandLine().getErr())
                .run());
        if (output.isJson()) {
            Json.print(spec.commandLine().getOut(), chains.json());
        } else {
            chains.print(spec.commandLine().getOut());
        }
        return ExitCode.OK;
    }

    private Wanted wanted() throws CliException {
        try {
            return new Wanted(network, agents, rounds, Math.round(seconds * NANOS_PER_SECOND));
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }
}
