package dev.offramp.coordinator.cli.bench.strangers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.bench.HttpLoad;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Members' frames, several at a time and at a steady rate. Confined.
 *
 * <p>Throughput is the median of the rounds', latency that of all frames.
 */
final class Traffic {
    static final double MEDIAN = 0.5;
    static final double TAIL = 0.99;
    private static final double NANOS_PER_MILLI = 1e6;

    private final List<Double> framesPerSecond = new ArrayList<>();
    private final List<Long> latencyNanos = new ArrayList<>();
    private long lost;

    /**
     * A round's.
     *
     * @param together from cameras that wait for their answers
     * @param steady at a rate that leaves room
     */
    void add(HttpLoad.Sent together, HttpLoad.Sent steady) {
        framesPerSecond.add(together.completedPerSecond());
        latencyNanos.addAll(steady.latencyNanos());
        lost += together.lost() + steady.lost();
    }

    double framesPerSecond() {
        return quantile(framesPerSecond, MEDIAN);
    }

    double latencyMillis(double share) {
        return quantile(latencyNanos, share) / NANOS_PER_MILLI;
    }

    long lost() {
        return lost;
    }

    private static <N extends Number & Comparable<N>> double quantile(List<N> values, double share) {
        List<N> sorted = values.stream().sorted(Comparator.naturalOrder()).toList();
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.get((int) Math.min(sorted.size() - 1L, (long) (share * sorted.size())))
                        .doubleValue();
    }

    ObjectNode json() {
        return Json.object()
                .put("framesPerSecond", framesPerSecond())
                .put("latencyP50Millis", latencyMillis(MEDIAN))
                .put("latencyP99Millis", latencyMillis(TAIL))
                .put("lost", lost);
    }
}
