package dev.offramp.coordinator.cli.bench.freshness;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.bench.BenchCluster;
import dev.offramp.coordinator.cli.bench.BenchNode;
import dev.offramp.coordinator.cli.bench.HopCounter;
import dev.offramp.coordinator.cli.bench.JobStream;
import dev.offramp.coordinator.cli.bench.OpenLoop;
import dev.offramp.coordinator.cli.bench.PassThrough;
import dev.offramp.coordinator.simulation.ArrivalProcess;
import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.time.Durations;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Puts a chain of a fast and a slow agent under overload, in one mode after the other. Confined to one thread. */
final class FreshnessRun {
    private static final String INGRESS = "bench";
    private static final String SERVICE = "fresh";
    private static final List<String> AGENTS = List.of("fast", "slow");
    /** The first takes this much less time than the second. */
    private static final int FASTER = 4;

    private static final int SIDE = 2;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double WARM_UP = 0.1;
    private static final List<Float> LEAVE_AT_THE_LAST = List.of(Thresholds.CLOSED, 0f);

    private final FreshnessCommand.Wanted wanted;
    private final BenchCluster cluster;
    private final PrintWriter messages;
    private final NanoClock clock;
    private final Pause pause;
    private final AtomicLong sequence = new AtomicLong();
    private final OpenLoop jobs;

    FreshnessRun(
            FreshnessCommand.Wanted wanted, BenchCluster cluster, PrintWriter messages, NanoClock clock, Pause pause) {
        this.wanted = wanted;
        this.cluster = cluster;
        this.messages = messages;
        this.clock = clock;
        this.pause = pause;
        this.jobs = new OpenLoop(clock, pause);
    }

    Freshness run() throws CliException, IOException, InterruptedException {
        try (BenchNode ingress = new BenchNode(cluster.address(), INGRESS)) {
            start(AGENTS.getFirst(), wanted.serviceTime().dividedBy(FASTER));
            start(AGENTS.getLast(), wanted.serviceTime());
            cluster.awaitUp(List.of(INGRESS, AGENTS.getFirst(), AGENTS.getLast()));
            push();
            // The first is there to warm up.
            var unused = measure(wanted.modes().getFirst());
            List<Freshness.Row> rows = new ArrayList<>();
            for (Mode mode : wanted.modes()) {
                rows.add(measure(mode));
            }
            return new Freshness(wanted.load(), rows);
        }
    }

    private void start(String agent, Duration serviceTime) throws CliException, IOException {
        var unused = cluster.start(
                agent,
                List.of(
                        "--capacity=" + wanted.capacity(),
                        "--service-time=deterministic:%dus".formatted(serviceTime.toNanos() / 1000)));
    }

    private void push() throws CliException, InterruptedException {
        try {
            cluster.push(PassThrough.cutting(new ServiceId(SERVICE), AGENTS.size(), SIDE));
        } catch (OnnxException e) {
            throw new CliException(ExitCode.ERROR, "the network of the bench is none: " + e.getMessage(), e);
        }
    }

    private Freshness.Row measure(Mode mode) throws CliException, IOException, InterruptedException {
        messages.println("bench: %s, deadline %s".formatted(mode.name(), Durations.format(mode.deadline())));
        messages.flush();
        List<String> nodes = new ArrayList<>(List.of(INGRESS));
        nodes.addAll(AGENTS);
        long epoch = cluster.place(List.of(BenchCluster.service(SERVICE, SERVICE, INGRESS, nodes)
                .setOverflow(mode.overflow())
                .setDeadlineNanos(mode.deadline().toNanos())
                .build()));
        double perSecond =
                wanted.load() * NANOS_PER_SECOND / wanted.serviceTime().toNanos();
        long count = Math.max(2, Math.round(perSecond * wanted.each().toNanos() / NANOS_PER_SECOND));
        List<HopCounter> before = HopCounter.settled(cluster, SERVICE, AGENTS, jobs.total(), clock, pause);
        JobStream.Target target = new JobStream.Target(INGRESS, SERVICE, BenchCluster.CHAIN, epoch, 1, mode.deadline());
        try (JobStream stream = new JobStream(
                cluster.dataAddress(AGENTS.getFirst()),
                target,
                SIDE * SIDE * Float.BYTES,
                sequence,
                clock,
                jobs::heard)) {
            // The same frames for every mode.
            List<OpenLoop.Fate> fates = jobs.send(
                    stream,
                    LEAVE_AT_THE_LAST,
                    new ArrivalProcess.Poisson(perSecond),
                    new RandomStreams(wanted.seed()).stream("frames"),
                    count);
            HopCounter slow = HopCounter.settled(cluster, SERVICE, AGENTS, jobs.total(), clock, pause)
                    .getLast()
                    .since(before.getLast());
            return Freshness.Row.of(
                    mode,
                    fates,
                    Math.round(count * WARM_UP),
                    (double) (slow.served() - slow.completed()) / slow.served());
        }
    }
}
