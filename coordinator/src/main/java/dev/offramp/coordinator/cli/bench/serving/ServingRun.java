package dev.offramp.coordinator.cli.bench.serving;

import dev.offramp.coordinator.cli.AgentDistribution;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.MemberHttp;
import dev.offramp.coordinator.cli.bench.BenchCluster;
import dev.offramp.coordinator.cli.bench.Frames;
import dev.offramp.coordinator.cli.bench.HttpLoad;
import dev.offramp.coordinator.cli.bench.network.BenchNetworks;
import dev.offramp.coordinator.cli.process.LocalCoordinator;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.partition.onnx.Cutting;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Sends the same frames to one agent and to the plain server, by turns. Confined to one thread. */
final class ServingRun {
    private static final MemberHttp WITHOUT_CERTIFICATES = new MemberHttp(Optional.empty());
    private static final String AGENT = "agent";
    private static final int CAPACITY = 8;
    /** As many as an agent has. */
    private static final int DECODERS = 2;

    private static final int CAMERAS = 4;
    private static final double OVERLOAD = 2;
    private static final double MEDIAN = 0.5;
    private static final double TAIL = 0.99;
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Cutting whole;
    private final int rounds;
    private final long nanos;
    private final BenchCluster cluster;
    private final ProcessTable processes;
    private final NanoClock clock;
    private final Pause pause;
    private final PrintWriter messages;

    /**
     * @param whole a network in one partition
     * @param nanos of each load and round
     */
    ServingRun(
            Cutting whole,
            int rounds,
            long nanos,
            BenchCluster cluster,
            ProcessTable processes,
            NanoClock clock,
            Pause pause,
            PrintWriter messages) {
        this.whole = whole;
        this.rounds = rounds;
        this.nanos = nanos;
        this.cluster = cluster;
        this.processes = processes;
        this.clock = clock;
        this.pause = pause;
        this.messages = messages;
    }

    /** What was sent to one of the two. */
    private static final class Tally {
        final HttpLoad load;
        final List<HttpLoad.Sent> together = new ArrayList<>();
        final List<HttpLoad.Sent> alone = new ArrayList<>();
        final List<HttpLoad.Sent> tooMany = new ArrayList<>();

        Tally(HttpLoad load) {
            this.load = load;
        }
    }

    Serving run() throws CliException, IOException, InterruptedException {
        URI plain = startPlain();
        URI agent = startAgent();
        try (HttpLoad toAgent = new HttpLoad(WITHOUT_CERTIFICATES.client(), agent, Frames.picture(), clock, pause);
                HttpLoad toPlain = new HttpLoad(WITHOUT_CERTIFICATES.client(), plain, Frames.picture(), clock, pause)) {
            List<Tally> both = List.of(new Tally(toAgent), new Tally(toPlain));
            double capacity = Double.POSITIVE_INFINITY;
            for (Tally one : both) {
                one.load.awaitReady();
                capacity = Math.min(
                        capacity, one.load.closed(CAMERAS, WARM_UP_NANOS).completedPerSecond());
            }
            for (int round = 1; round <= rounds; round++) {
                messages.printf("bench: round %d of %d%n", round, rounds);
                messages.flush();
                for (Tally one : both) {
                    one.together.add(one.load.closed(CAMERAS, nanos));
                    one.alone.add(one.load.closed(1, nanos));
                    one.tooMany.add(one.load.open(OVERLOAD * capacity, nanos));
                }
            }
            return new Serving(side(both.getFirst()), side(both.getLast()));
        }
    }

    private URI startPlain() throws CliException, IOException {
        Path partitions = cluster.folder("plain");
        BenchNetworks.write(whole, partitions);
        int port = LocalCoordinator.freePort();
        processes.start(
                "plain",
                AgentDistribution.locate()
                        .command(List.of(
                                "serve-plain",
                                partitions.toString(),
                                "--port=" + port,
                                "--capacity=" + CAPACITY,
                                "--decoders=" + DECODERS)));
        return URI.create("http://%s:%d/frames".formatted(LocalCoordinator.LOOPBACK, port));
    }

    private URI startAgent() throws CliException, IOException, InterruptedException {
        int port = LocalCoordinator.freePort();
        var unused = cluster.start(AGENT, List.of("--capacity=" + CAPACITY, "--http-port=" + port));
        cluster.awaitUp(List.of(AGENT));
        cluster.push(whole);
        String service = whole.manifest().model().value();
        cluster.place(List.of(
                BenchCluster.service(service, service, AGENT, List.of(AGENT)).build()));
        return URI.create("http://%s:%d/v1/services/%s/frames".formatted(LocalCoordinator.LOOPBACK, port, service));
    }

    private static Serving.Side side(Tally tally) {
        return new Serving.Side(
                mean(tally.together, true),
                quantile(tally.alone, MEDIAN),
                quantile(tally.alone, TAIL),
                mean(tally.tooMany, true),
                quantile(tally.tooMany, MEDIAN),
                quantile(tally.tooMany, TAIL),
                mean(tally.tooMany, false));
    }

    private static double mean(List<HttpLoad.Sent> all, boolean completed) {
        return all.stream()
                .mapToDouble(sent -> completed ? sent.completedPerSecond() : sent.lossRatio())
                .average()
                .orElseThrow();
    }

    private static double quantile(List<HttpLoad.Sent> all, double share) {
        long[] sorted = all.stream()
                .flatMap(sent -> sent.latencyNanos().stream())
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        return sorted.length == 0
                ? Double.NaN
                : sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))];
    }
}
