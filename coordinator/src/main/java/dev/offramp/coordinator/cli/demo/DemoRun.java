package dev.offramp.coordinator.cli.demo;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.process.AgentPages;
import dev.offramp.coordinator.cli.process.MetricsPage;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.coordinator.cli.process.WorkDirectory;
import dev.offramp.coordinator.cli.top.Figures;
import dev.offramp.coordinator.cli.top.TopFeed;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One demo, from the first process to the summary. Confined to the main thread. */
final class DemoRun {
    private static final Duration ANSWERING = DemoPlan.DEADLINE.plusSeconds(20);
    private static final int PLACING_ATTEMPTS = 5;
    private static final int MEASURING_FRAMES = 24;
    private static final long POLL_NANOS = 100_000_000;
    private static final double NANOS_PER_SECOND = 1e9;

    private final DemoOptions options;
    private final WorkDirectory directory;
    private final ProcessTable processes;
    private final Progress progress;
    private final NanoClock clock;
    private final Pause pause;

    DemoRun(
            DemoOptions options,
            WorkDirectory directory,
            ProcessTable processes,
            Progress progress,
            NanoClock clock,
            Pause pause) {
        this.options = options;
        this.directory = directory;
        this.processes = processes;
        this.progress = progress;
        this.clock = clock;
        this.pause = pause;
    }

    /** What is done with the cluster once the network is placed. */
    @FunctionalInterface
    private interface Show<T> {
        T of(DemoCluster cluster, AgentPages pages, DemoModel model) throws CliException, InterruptedException;
    }

    /** With thresholds set by hand. */
    DemoSummary run() throws CliException, IOException, InterruptedException {
        return run(this::film);
    }

    /** With thresholds set by a scheduler. */
    SteeredSummary runSteered(DemoOptions.Steered steered) throws CliException, IOException, InterruptedException {
        return run((cluster, pages, model) -> steer(steered, cluster, pages, model));
    }

    private <T> T run(Show<T> show) throws CliException, IOException, InterruptedException {
        DemoModel model = DemoModel.read();
        progress.title("offramp demo: five emulated boards, two chains, one camera");
        long start = clock.nanoTime();
        try (DemoCluster cluster = DemoCluster.start(directory, processes, options.tls(), clock, pause);
                AgentPages pages = new AgentPages(cluster.http())) {
            progress.say(
                    "processes",
                    "coordinator at %s and %d agents up after %s s; %s %s"
                            .formatted(
                                    cluster.coordinator(),
                                    DemoPlan.BOARDS.size(),
                                    Figures.number((clock.nanoTime() - start) / NANOS_PER_SECOND),
                                    directory.temporary() ? "temporary data in" : "data in",
                                    directory.path()));
            deploy(cluster, model);
            return show.of(cluster, pages, model);
        }
    }

    private void deploy(DemoCluster cluster, DemoModel model) throws CliException, InterruptedException {
        var unused = cluster.client().push(model.cutting(), Optional.of(model.profileBytes()));
        long epoch = place(cluster, model.manifest().model().value());
        progress.say(
                "model",
                "%s in %d partitions with exits %s"
                        .formatted(
                                model.manifest().model(),
                                model.manifest().partitions().size(),
                                model.describeExits()));
        progress.say("placement", "epoch %d: %s".formatted(epoch, DemoPlan.describeChains()));
    }

    /** On a busy machine an agent may look dead for a moment; the placement is undone then, and can be tried again. */
    private long place(DemoCluster cluster, String model) throws CliException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return cluster.control().place(model);
            } catch (CliException e) {
                if (attempt == PLACING_ATTEMPTS || processes.dead().isPresent()) {
                    throw e;
                }
                progress.say("note", "placed again: " + e.summary());
                cluster.awaitAll(processes);
            }
        }
    }

    private DemoSummary film(DemoCluster cluster, AgentPages pages, DemoModel model)
            throws CliException, InterruptedException {
        Tally tally = new Tally(model.exits());
        URI frames = cluster.frames();
        try (TopFeed feed = new TopFeed(cluster.client(), clock, pause);
                Camera camera = new Camera(
                        new Film(options.seed(), pause), frames, cluster.http(), ANSWERING, tally, clock, pause)) {
            Filming filming =
                    new Filming(options, cluster, processes, feed, pages, tally, model.exits(), progress, clock, pause);
            filming.setPolicy("measuring", Thresholds.CLOSED, -1);
            camera.sendOneByOne(MEASURING_FRAMES);
            ServiceTimes times = ServiceTimes.of(read(cluster, pages));
            Capacity.Limit limit = times.capacity(
                    model.exitsByPartition(),
                    model.profile().replay(Thresholds.uniform(model.exits(), options.first())));
            double framesPerSecond = options.rate().framesPerSecond(limit.framesPerSecond());
            sayMeasured(times, limit, "under thresholds of " + options.first());
            PolicyUse first = filming.setPolicy("first half", options.first(), 0);
            progress.say("policy " + first.version(), Filming.describe(first));
            progress.say(
                    "camera",
                    "%s frames/s to %s, for %s s"
                            .formatted(
                                    Figures.number(framesPerSecond),
                                    DemoPlan.INGRESS,
                                    Figures.number(options.seconds())));
            double seconds = filming.film(camera, framesPerSecond);
            settle(cluster, pages, tally);
            DemoSummary.Setting setting = setting(cluster, times, seconds, framesPerSecond, limit.framesPerSecond());
            return summary(cluster, pages, model, tally, filming, setting);
        }
    }

    private SteeredSummary steer(DemoOptions.Steered steered, DemoCluster cluster, AgentPages pages, DemoModel model)
            throws CliException, InterruptedException {
        Tally measuring = new Tally(model.exits());
        URI frames = cluster.frames();
        try (Camera camera = new Camera(
                new Film(options.seed(), pause), frames, cluster.http(), ANSWERING, measuring, clock, pause)) {
            var unused = cluster.control().setPolicy(Thresholds.closed(model.exits()));
            camera.sendOneByOne(MEASURING_FRAMES);
            ServiceTimes times = ServiceTimes.of(read(cluster, pages));
            Capacity.Limit limit =
                    times.capacity(model.exitsByPartition(), model.profile().replay(Thresholds.closed(model.exits())));
            sayMeasured(times, limit, "without early exits");
            Steering steering =
                    new Steering(steered, options, cluster.control(), camera, model.exits(), progress, clock, pause);
            List<SteeredSummary.Phase> phases = steering.film(limit.framesPerSecond());
            settle(cluster, pages, measuring);
            SortedMap<String, Long> residuals = new TreeMap<>();
            read(cluster, pages)
                    .forEach((node, page) -> residuals.put(node, Ledger.of(page).reportedResidual()));
            return new SteeredSummary(steered, limit.framesPerSecond(), phases, ledger(cluster, pages), residuals);
        }
    }

    private void sayMeasured(ServiceTimes times, Capacity.Limit limit, String under) {
        List<String> boards = new ArrayList<>();
        times.millisByNode().forEach((node, millis) -> boards.add(node + " " + Figures.number(millis)));
        progress.say("measured", "ms a frame: " + String.join("  ", boards));
        progress.say(
                "",
                "%s is full first, at %s frames/s %s (boards emulated %d × slower)"
                        .formatted(limit.node(), Figures.number(limit.framesPerSecond()), under, DemoPlan.SLOWDOWN));
    }

    /** Waits until every frame has its fate and the ingress has none in flight. */
    private void settle(DemoCluster cluster, AgentPages pages, Tally tally) throws InterruptedException {
        tally.awaitNoneOutstanding(ANSWERING.toMillis(), clock);
        long end = clock.nanoTime() + ANSWERING.toNanos();
        Optional<Ledger> ledger = ledger(cluster, pages);
        while (ledger.isPresent() && ledger.get().inFlight() > 0 && clock.nanoTime() < end) {
            pause.pause(POLL_NANOS);
            ledger = ledger(cluster, pages);
        }
    }

    private static Optional<Ledger> ledger(DemoCluster cluster, AgentPages pages) throws InterruptedException {
        return pages.read(cluster.ingressAddress()).map(Ledger::of);
    }

    private static Map<String, MetricsPage> read(DemoCluster cluster, AgentPages pages) throws InterruptedException {
        Map<String, MetricsPage> read = new HashMap<>();
        for (Map.Entry<String, DemoControl.Registered> node : cluster.nodes().entrySet()) {
            pages.read(node.getValue().httpAddress()).ifPresent(page -> read.put(node.getKey(), page));
        }
        return read;
    }

    private DemoSummary.Setting setting(
            DemoCluster cluster, ServiceTimes times, double seconds, double framesPerSecond, double capacity) {
        SortedMap<String, String> boards = new TreeMap<>();
        cluster.nodes().forEach((node, registered) -> boards.put(node, registered.board()));
        SortedMap<String, List<String>> chains = new TreeMap<>();
        DemoPlan.chains()
                .forEach((chain, nodes) ->
                        chains.put(chain, nodes.stream().map(NodeId::value).toList()));
        return new DemoSummary.Setting(
                DemoPlan.SERVICE.value(),
                options.seed(),
                seconds,
                framesPerSecond,
                capacity,
                boards,
                times.millisByNode(),
                chains);
    }

    private static DemoSummary summary(
            DemoCluster cluster,
            AgentPages pages,
            DemoModel model,
            Tally tally,
            Filming filming,
            DemoSummary.Setting setting)
            throws InterruptedException {
        SortedMap<String, Long> residuals = new TreeMap<>();
        read(cluster, pages)
                .forEach((node, page) -> residuals.put(node, Ledger.of(page).reportedResidual()));
        Map<Long, Thresholds> thresholds = new HashMap<>();
        filming.policies().forEach(use -> thresholds.put(use.version(), use.thresholds()));
        return new DemoSummary(
                setting,
                model.exits(),
                tally.totals(),
                ledger(cluster, pages),
                residuals,
                filming.policies(),
                new Expectation(model.profile(), thresholds),
                filming.notes());
    }
}
