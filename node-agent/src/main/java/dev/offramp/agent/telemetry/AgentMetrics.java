package dev.offramp.agent.telemetry;

import dev.offramp.agent.board.BoardCondition;
import dev.offramp.agent.board.PowerProblem;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.core.CoreSnapshot;
import dev.offramp.agent.forward.EdgeCodec;
import dev.offramp.agent.forward.LinkCodecs;
import dev.offramp.agent.forward.LinkState;
import dev.offramp.agent.ingress.camera.CameraStatus;
import dev.offramp.agent.receiver.ReceiverStatus;
import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The agent's metrics for Prometheus, brought up to date at every scrape. Thread-safe. */
public final class AgentMetrics {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Duration[] LATENCY_BOUNDS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private record Key(Metric metric, List<String> values) {}

    /** A value that Prometheus reads. */
    private static final class Cell {
        private volatile double value;

        double value() {
            return value;
        }
    }

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HopTimeCollector hopTimes = new HopTimeCollector();
    private final Map<Key, Cell> cells = new ConcurrentHashMap<>();
    private final Map<ServiceId, Timer> latencies = new ConcurrentHashMap<>();

    public AgentMetrics() {
        registry.getPrometheusRegistry().register(hopTimes);
    }

    /** Sets a metric that counts things. */
    public void set(Metric metric, long value, String... tags) {
        cell(metric, tags).value = (double) value;
    }

    private void setSeconds(Metric metric, double nanos, String... tags) {
        cell(metric, tags).value = nanos / NANOS_PER_SECOND;
    }

    private Cell cell(Metric metric, String... tags) {
        return cells.computeIfAbsent(new Key(metric, List.of(tags)), this::register);
    }

    private Cell register(Key key) {
        Cell cell = new Cell();
        Metric metric = key.metric();
        Tags tags = Tags.empty();
        for (int i = 0; i < metric.tags().size(); i++) {
            tags = tags.and(metric.tags().get(i), key.values().get(i));
        }
        if (metric.kind() == Metric.Kind.COUNTER) {
            FunctionCounter.builder(metric.title(), cell, Cell::value)
                    .description(metric.help())
                    .tags(tags)
                    .register(registry);
        } else {
            Gauge.builder(metric.title(), cell, Cell::value)
                    .description(metric.help())
                    .tags(tags)
                    .strongReference(true)
                    .register(registry);
        }
        return cell;
    }

    /** Hears of every frame's outcome. */
    public void answered(AgentEffect.Answer answer) {
        if (answer.outcome() instanceof Outcome.Completed) {
            latencies.computeIfAbsent(answer.service(), this::latency).record(Duration.ofNanos(answer.latencyNanos()));
        }
    }

    private Timer latency(ServiceId service) {
        // The registry adds the unit to a timer's name.
        return Timer.builder(Metric.JOB_LATENCY.title().replace("_seconds", ""))
                .description(Metric.JOB_LATENCY.help())
                .tags(Metric.JOB_LATENCY.tags().getFirst(), service.value())
                .serviceLevelObjectives(LATENCY_BOUNDS)
                .register(registry);
    }

    /** Takes over the core's counters. */
    public void update(CoreSnapshot snapshot) {
        set(Metric.QUEUE_JOBS, snapshot.queuedJobs());
        set(Metric.QUEUE_BYTES, snapshot.queuedBytes());
        setSeconds(Metric.SERVER_BUSY, (double) snapshot.busyNanos());
        set(Metric.LATE_OUTCOMES, snapshot.lateOutcomes());
        set(Metric.CONSERVATION_RESIDUAL, snapshot.conservationResidual());
        set(Metric.EPOCH, snapshot.epoch());
        snapshot.policyVersions().forEach((service, version) -> set(Metric.POLICY_VERSION, version, service.value()));
        snapshot.hops().forEach(this::update);
        hopTimes.update(snapshot.hops());
        snapshot.ingress().forEach(this::update);
        for (CoreSnapshot.PriorityClass one : snapshot.priorities()) {
            String priority = String.valueOf(one.priority());
            set(Metric.PRIORITY_JOBS, one.queued(), priority);
            set(Metric.PRIORITY_RECEIVED, one.received(), priority);
            one.lost().forEach((reason, count) -> set(Metric.PRIORITY_LOST, count, priority, reason.label()));
        }
        for (CoreSnapshot.Link link : snapshot.links()) {
            String peer = link.peer().value();
            set(Metric.LINK_SENT, link.sent(), peer);
            set(Metric.LINK_RESOLVED, link.resolved(), peer);
            set(Metric.LINK_PENDING, link.pending(), peer);
            set(Metric.LINK_UP, link.up() ? 1 : 0, peer);
        }
    }

    private void update(CoreSnapshot.Hop hop) {
        String chain = hop.chain().toString();
        String number = String.valueOf(hop.hop());
        set(Metric.HOP_RECEIVED, hop.received(), chain, number);
        set(Metric.HOP_FORWARDED, hop.forwarded(), chain, number);
        set(Metric.HOP_COMPLETED, hop.completedHere(), chain, number);
        set(Metric.HOP_SERVED, hop.served(), chain, number);
        setSeconds(Metric.HOP_SERVICE_TIME, hop.serviceNanosSum(), chain, number);
        for (Map.Entry<LossReason, Long> lost : hop.lostHere().entrySet()) {
            set(Metric.HOP_LOST, lost.getValue(), chain, number, lost.getKey().label());
        }
    }

    private void update(CoreSnapshot.Ingress ingress) {
        String service = ingress.service().value();
        set(Metric.FRAMES_ACCEPTED, ingress.accepted(), service);
        set(Metric.JOBS_IN_FLIGHT, ingress.inFlight(), service);
        set(Metric.SHADOW_JOBS_COMPLETED, ingress.shadows().completed(), service);
        set(Metric.SHADOW_JOBS_LOST, ingress.shadows().lost(), service);
        for (CoreSnapshot.ExitCount exit : ingress.exits()) {
            String number = String.valueOf(exit.exit());
            set(Metric.JOBS_COMPLETED, exit.completed(), service, number);
            set(Metric.JOBS_WITH_TRUTH, exit.withTruth(), service, number);
            set(Metric.JOBS_CORRECT, exit.correct(), service, number);
        }
        for (Map.Entry<LossReason, Long> lost : ingress.lost().entrySet()) {
            set(Metric.JOBS_LOST, lost.getValue(), service, lost.getKey().label());
        }
    }

    /** Takes over what is known of the ways to neighbours. */
    public void update(Map<NodeId, LinkState> links) {
        links.forEach((peer, link) -> {
            link.speed().ifPresent(speed -> {
                setSeconds(Metric.LINK_ROUND_TRIP, (double) speed.roundTripNanos(), peer.value());
                cell(Metric.LINK_SPEED, peer.value()).value = speed.bytesPerSecond();
            });
            for (ActivationCodec codec : ActivationCodec.values()) {
                update(peer, link.edges(), codec);
            }
        });
    }

    private void update(NodeId peer, List<LinkCodecs.Report> edges, ActivationCodec codec) {
        EdgeCodec.Carried sum = EdgeCodec.Carried.NOTHING;
        for (LinkCodecs.Report edge : edges) {
            EdgeCodec.Carried carried = edge.carried().get(codec);
            if (carried != null || edge.current() == codec) {
                LinkCodecs.Edge key = edge.edge();
                set(
                        Metric.LINK_CODEC,
                        edge.current() == codec ? 1 : 0,
                        peer.value(),
                        key.chain().toString(),
                        String.valueOf(key.hop()),
                        codec.label());
            }
            sum = carried == null ? sum : sum.plus(carried);
        }
        if (sum.transfers() > 0) {
            set(Metric.LINK_ACTIVATIONS, sum.transfers(), peer.value(), codec.label());
            set(Metric.LINK_ACTIVATION_BYTES, sum.activationBytes(), peer.value(), codec.label());
            set(Metric.LINK_WIRE_BYTES, sum.wireBytes(), peer.value(), codec.label());
        }
    }

    /** Takes over how the board is doing. */
    public void update(BoardCondition condition) {
        condition.temperatureCelsius().ifPresent(celsius -> cell(Metric.BOARD_TEMPERATURE).value = celsius);
        condition.availableMemoryBytes().ifPresent(bytes -> set(Metric.BOARD_AVAILABLE_MEMORY, bytes));
        condition.storageReadOnly().ifPresent(readOnly -> set(Metric.BOARD_STORAGE_READ_ONLY, readOnly ? 1 : 0));
        for (PowerProblem problem : PowerProblem.values()) {
            set(Metric.BOARD_PROBLEM, condition.now().contains(problem) ? 1 : 0, problem.label());
            set(Metric.BOARD_PROBLEM_SINCE_BOOT, condition.sinceBoot().contains(problem) ? 1 : 0, problem.label());
        }
    }

    /** Takes over how cameras and receivers do; those that are gone stay as they were, but are not up. */
    public void update(List<CameraStatus> cameras, List<ReceiverStatus> receivers) {
        cells.forEach((key, cell) -> {
            if (key.metric() == Metric.CAMERA_UP || key.metric() == Metric.RECEIVER_UP) {
                cell.value = 0;
            }
        });
        for (ReceiverStatus receiver : receivers) {
            String id = receiver.id().value();
            String service = receiver.service().value();
            set(Metric.RECEIVER_UP, receiver.up() ? 1 : 0, id, service);
            set(Metric.RECEIVER_SENT, receiver.sent(), id, service);
            receiver.dropped().forEach((reason, count) -> set(Metric.RECEIVER_DROPPED, count, id, service, reason));
        }
        for (CameraStatus camera : cameras) {
            String id = camera.id().value();
            String service = camera.service().value();
            set(Metric.CAMERA_UP, camera.up() ? 1 : 0, id, service);
            set(Metric.CAMERA_FRAMES, camera.frames(), id, service);
            set(Metric.CAMERA_SERVED, camera.served(), id, service);
            set(Metric.CAMERA_RECONNECTS, camera.reconnects(), id, service);
            camera.skipped().forEach((reason, count) -> set(Metric.CAMERA_SKIPPED, count, id, service, reason));
        }
    }

    /** Takes over what the ingress turned away. */
    public void update(RefusalCounts refusals) {
        refusals.byService()
                .forEach((service, codes) -> codes.forEach(
                        (code, count) -> set(Metric.FRAMES_REFUSED, count, service.value(), code.label())));
        refusals.withoutService().forEach((code, count) -> set(Metric.FRAMES_REFUSED, count, "", code.label()));
        set(Metric.OUTCOMES_DROPPED, refusals.outcomesDropped());
    }

    /** The text Prometheus takes. */
    public String scrape() {
        return registry.scrape();
    }
}
