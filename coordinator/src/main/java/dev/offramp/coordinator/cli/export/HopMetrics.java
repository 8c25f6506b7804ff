package dev.offramp.coordinator.cli.export;

import dev.offramp.proto.Enums;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.HopTelemetry;
import dev.offramp.proto.v1.LossCount;
import dev.offramp.proto.v1.Node;
import dev.offramp.proto.v1.PartTimes;
import dev.offramp.proto.v1.Snapshot;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a snapshot says of every hop, as OpenTelemetry's metrics: totals since the start of each agent's process. Confined to
 * one thread.
 */
final class HopMetrics {
    static final String TIME = "offramp.hop.time";
    static final String RECEIVED = "offramp.hop.received";
    static final String LOST = "offramp.hop.lost";

    private static final AttributeKey<String> NODE = AttributeKey.stringKey("offramp.node");
    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("offramp.service");
    private static final AttributeKey<String> CHAIN = AttributeKey.stringKey("offramp.chain");
    private static final AttributeKey<Long> HOP = AttributeKey.longKey("offramp.hop");
    private static final AttributeKey<String> PART = AttributeKey.stringKey("offramp.part");
    private static final AttributeKey<String> REASON = AttributeKey.stringKey("offramp.reason");

    /** Agents count sixteen buckets to an octave, from a microsecond on; an octave is told as one. */
    private static final int PER_OCTAVE = 16;

    private static final int OCTAVES = 26;
    private static final double MICROS_PER_SECOND = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final List<Double> BOUNDARIES = IntStream.range(1, OCTAVES)
            .mapToObj(octave -> (1L << octave) / MICROS_PER_SECOND)
            .toList();

    private record Life(String node, long incarnation) {}

    /** When agents' processes began, on this machine's clock: OpenTelemetry tells totals from different lives by that. */
    private final Map<Life, Long> starts = new HashMap<>();

    private final List<HistogramPointData> times = new ArrayList<>();
    private final List<LongPointData> received = new ArrayList<>();
    private final List<LongPointData> lost = new ArrayList<>();

    /** @param epochNanos now */
    List<MetricData> of(Snapshot snapshot, long epochNanos) throws WireException {
        times.clear();
        received.clear();
        lost.clear();
        starts.keySet()
                .retainAll(
                        snapshot.getNodesList().stream().map(HopMetrics::life).toList());
        for (Node node : snapshot.getNodesList()) {
            String name = node.getRegistration().getNode();
            long uptimeNanos = node.getTelemetry().getUptimeNanos();
            long start = starts.computeIfAbsent(life(node), life -> epochNanos - uptimeNanos);
            for (HopTelemetry hop : node.getTelemetry().getHopsList()) {
                add(hop, name, start, epochNanos);
            }
        }
        return List.of(
                new Metric(
                        TIME,
                        "What jobs' time at a hop is made of: queue, compute, serialise, and network, to the next hop and back.",
                        "s",
                        MetricDataType.HISTOGRAM,
                        HistogramData.create(AggregationTemporality.CUMULATIVE, List.copyOf(times))),
                sum(RECEIVED, "Jobs that came to a hop.", received),
                sum(LOST, "Jobs lost at a hop, by reason.", lost));
    }

    private static Life life(Node node) {
        return new Life(node.getRegistration().getNode(), node.getRegistration().getIncarnation());
    }

    private static Metric sum(String name, String description, List<LongPointData> points) {
        return new Metric(
                name,
                description,
                "{job}",
                MetricDataType.LONG_SUM,
                SumData.createLongSumData(true, AggregationTemporality.CUMULATIVE, List.copyOf(points)));
    }

    private void add(HopTelemetry hop, String node, long start, long now) throws WireException {
        Attributes where =
                Attributes.of(NODE, node, SERVICE, hop.getService(), CHAIN, hop.getChain(), HOP, (long) hop.getHop());
        received.add(LongPointData.create(start, now, where, hop.getReceived()));
        for (LossCount loss : hop.getLostHereList()) {
            String reason = Enums.read(loss.getReason()).label();
            lost.add(LongPointData.create(
                    start, now, where.toBuilder().put(REASON, reason).build(), loss.getJobs()));
        }
        Map<String, PartTimes> parts = Map.of(
                "queue", hop.getTimes().getQueue(),
                "compute", hop.getTimes().getCompute(),
                "serialise", hop.getTimes().getSerialise(),
                "network", hop.getTimes().getNetwork());
        parts.forEach((part, known) -> times.add(HistogramPointData.create(
                start,
                now,
                where.toBuilder().put(PART, part).build(),
                known.getNanosSum() / NANOS_PER_SECOND,
                false,
                0,
                false,
                0,
                BOUNDARIES,
                counts(known))));
    }

    private static List<Long> counts(PartTimes times) {
        var histogram = times.getHistogram();
        long[] counts = new long[OCTAVES];
        for (int i = 0; i < Math.min(histogram.getBucketCount(), histogram.getCountCount()); i++) {
            int octave = Math.clamp(histogram.getBucket(i) / PER_OCTAVE, 0, OCTAVES - 1);
            counts[octave] += histogram.getCount(i);
        }
        return Arrays.stream(counts).boxed().toList();
    }
}
