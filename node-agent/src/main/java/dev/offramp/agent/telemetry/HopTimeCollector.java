package dev.offramp.agent.telemetry;

import dev.offramp.agent.core.CoreSnapshot;
import dev.offramp.agent.core.HopPart;
import dev.offramp.agent.core.LatencyHistogram;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Locale;

/** The core's histograms of jobs' times at its hops, as Prometheus takes them: a bucket to an octave. Thread-safe. */
final class HopTimeCollector implements Collector {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MICROS_PER_SECOND = 1e6;

    private volatile List<CoreSnapshot.Hop> hops = List.of();

    void update(List<CoreSnapshot.Hop> latest) {
        hops = List.copyOf(latest);
    }

    @Override
    public MetricSnapshot collect() {
        HistogramSnapshot.Builder histogram =
                HistogramSnapshot.builder().name(Metric.HOP_TIME.title()).help(Metric.HOP_TIME.help());
        for (CoreSnapshot.Hop hop : hops) {
            hop.times().forEach((part, times) -> histogram.dataPoint(point(hop, part, times)));
        }
        return histogram.build();
    }

    private static HistogramDataPointSnapshot point(CoreSnapshot.Hop hop, HopPart part, CoreSnapshot.Times times) {
        String[] names = Metric.HOP_TIME.tags().toArray(String[]::new);
        String[] values = {
            hop.chain().toString(), String.valueOf(hop.hop()), part.name().toLowerCase(Locale.ROOT)
        };
        long[] counts = LatencyHistogram.octaves(times.counts());
        double[] bounds = new double[counts.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = i == bounds.length - 1 ? Double.POSITIVE_INFINITY : (2L << i) / MICROS_PER_SECOND;
        }
        return HistogramDataPointSnapshot.builder()
                .labels(Labels.of(names, values))
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, counts))
                .sum(times.nanosSum() / NANOS_PER_SECOND)
                .build();
    }
}
