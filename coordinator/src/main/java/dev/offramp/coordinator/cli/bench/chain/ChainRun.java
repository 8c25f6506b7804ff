package dev.offramp.coordinator.cli.bench.chain;

import com.fasterxml.jackson.databind.JsonNode;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.bench.AgentProgram;
import dev.offramp.coordinator.cli.bench.BenchCluster;
import dev.offramp.coordinator.cli.bench.BenchNode;
import dev.offramp.coordinator.cli.bench.JobStream;
import dev.offramp.coordinator.cli.bench.chain.Chains.Times;
import dev.offramp.coordinator.cli.bench.network.BenchNetworks;
import dev.offramp.coordinator.cli.process.ChildProcess;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.onnx.Cutting;
import dev.offramp.partition.onnx.OnnxNetwork;
import dev.offramp.time.NanoClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Measures chains of one network, one after the other. Confined to one thread. */
final class ChainRun {
    private static final String INGRESS = "bench";
    /** Of the cores, for the process that sends the jobs and for the coordinator. */
    private static final double CORES_FOR_THE_BENCH = 0.4;

    private static final int WARM_UP_JOBS = 100;
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final double MEDIAN = 0.5;
    private static final double TAIL = 0.99;
    private static final double NANOS_PER_MICRO = 1e3;

    /** One round. */
    private record Round(double throughput, double bound, Times uncut) {}

    private final ChainCommand.Wanted wanted;
    private final OnnxNetwork network;
    private final BenchCluster cluster;
    private final NanoClock clock;
    private final PrintWriter messages;
    private final AgentProgram program;
    private final AtomicLong sequence = new AtomicLong();

    ChainRun(
            ChainCommand.Wanted wanted,
            OnnxNetwork network,
            BenchCluster cluster,
            ProcessTable processes,
            NanoClock clock,
            PrintWriter messages) {
        this.wanted = wanted;
        this.network = network;
        this.cluster = cluster;
        this.clock = clock;
        this.messages = messages;
        this.program = new AgentProgram(processes);
    }

    Chains run() throws CliException, IOException, InterruptedException {
        Path uncut = cluster.folder("uncut");
        BenchNetworks.write(BenchNetworks.cut(network, 1), uncut);
        try (BenchNode ingress = new BenchNode(cluster.address(), INGRESS)) {
            List<Chains.Length> lengths = new ArrayList<>();
            for (int agents : wanted.agents()) {
                lengths.add(measure(agents, uncut));
            }
            return new Chains(network.name(), lengths);
        }
    }

    private Chains.Length measure(int count, Path uncut) throws CliException, IOException, InterruptedException {
        double cores = Math.min(1, (Runtime.getRuntime().availableProcessors() - CORES_FOR_THE_BENCH) / count);
        List<String> names = IntStream.rangeClosed(1, count)
                .mapToObj(agent -> "chain-%d-agent-%d".formatted(count, agent))
                .toList();
        try (CpuShares shares = CpuShares.of(count + 1, cores)) {
            say(
                    shares.areHeld()
                            ? "%d agents, each held to %.2f cores".formatted(count, cores)
                            : "%d agents; no control group can be made here, as only root can: they are not held to a share"
                                    .formatted(count));
            List<ChildProcess> agents = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                agents.add(cluster.start(names.get(i), List.of(), shares.around(i)));
            }
            cluster.awaitUp(names);
            try {
                return measure(names, shares, cores, uncut);
            } finally {
                for (ChildProcess agent : agents) {
                    cluster.stop(agent);
                }
            }
        }
    }

    private Chains.Length measure(List<String> agents, CpuShares shares, double cores, Path uncut)
            throws CliException, IOException, InterruptedException {
        int count = agents.size();
        String service = "%s-%d".formatted(network.name(), count);
        Cutting cutting = BenchNetworks.cut(network, count).named(new ServiceId(service));
        Path partitions = cluster.folder(service);
        BenchNetworks.write(cutting, partitions);
        cluster.push(cutting);
        long epoch = cluster.place(List.of(BenchCluster.service(service, service, INGRESS, agents)
                .setDeadlineNanos(DEADLINE.toNanos())
                .build()));
        JobStream.Target target = new JobStream.Target(INGRESS, service, BenchCluster.CHAIN, epoch, 0, DEADLINE);
        try (ClosedLoop jobs =
                new ClosedLoop(cluster.dataAddress(agents.getFirst()), target, network, sequence, clock)) {
            jobs.run(WARM_UP_JOBS, 1);
            List<ClosedLoop.Done> single = new ArrayList<>();
            List<Round> rounds = new ArrayList<>();
            for (int round = 0; round < wanted.rounds(); round++) {
                single.addAll(jobs.runFor(wanted.nanos() / 2, 1).done());
                double throughput = pace(jobs, 2 * count);
                double bound = bound(partitions, shares.around(count));
                rounds.add(new Round(throughput, bound, uncut(uncut)));
            }
            return length(count, shares.areHeld() ? cores : 0, rounds, single);
        }
    }

    private double pace(ClosedLoop jobs, int window) throws CliException, IOException, InterruptedException {
        double perSecond = jobs.runFor(wanted.nanos(), window).perSecond();
        if (perSecond > 0) {
            return perSecond;
        }
        throw new CliException(ExitCode.ERROR, "no pace shows in so short a round\nGive it more --seconds");
    }

    /** Jobs per second of the slowest partition by itself. */
    private double bound(Path partitions, UnaryOperator<List<String>> around)
            throws CliException, IOException, InterruptedException {
        double bound = Double.POSITIVE_INFINITY;
        for (JsonNode partition : sessions(partitions, around)) {
            bound = Math.min(bound, partition.get("perSecond").asDouble());
        }
        return bound;
    }

    private Times uncut(Path partitions) throws CliException, IOException, InterruptedException {
        JsonNode whole = sessions(partitions, UnaryOperator.identity()).get(0);
        return new Times(
                whole.get("p50Micros").asDouble() * NANOS_PER_MICRO,
                whole.get("p99Micros").asDouble() * NANOS_PER_MICRO);
    }

    private JsonNode sessions(Path partitions, UnaryOperator<List<String>> around)
            throws CliException, IOException, InterruptedException {
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(wanted.nanos() / 2));
        return program.benchInference(partitions, List.of("--sessions", "--millis=" + millis), around)
                .get("partitions");
    }

    private static Chains.Length length(int count, double cores, List<Round> rounds, List<ClosedLoop.Done> single) {
        return new Chains.Length(
                count,
                cores,
                median(rounds.stream().mapToDouble(Round::throughput).toArray()),
                median(rounds.stream().mapToDouble(Round::bound).toArray()),
                median(rounds.stream()
                        .mapToDouble(round -> round.throughput() / round.bound())
                        .toArray()),
                times(single.stream().mapToDouble(ClosedLoop.Done::latencyNanos).toArray()),
                times(single.stream().mapToDouble(ClosedLoop.Done::computeNanos).toArray()),
                new Times(
                        median(rounds.stream()
                                .mapToDouble(round -> round.uncut().p50())
                                .toArray()),
                        median(rounds.stream()
                                .mapToDouble(round -> round.uncut().p99())
                                .toArray())));
    }

    private static Times times(double[] nanos) {
        return new Times(quantile(nanos, MEDIAN), quantile(nanos, TAIL));
    }

    private static double median(double[] values) {
        return quantile(values, MEDIAN);
    }

    private static double quantile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))];
    }

    private void say(String what) {
        messages.println("bench: " + what);
        messages.flush();
    }
}
