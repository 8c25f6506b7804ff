package dev.offramp.coordinator.cli.top;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Latencies counted as the agents count them: bucket {@code i} holds those from 2^(i/16) up to 2^((i+1)/16)
 * microseconds, so a quantile is at most 4.4 % off. Immutable.
 *
 * @param counts by bucket; absent is 0
 */
public record LatencyCounts(Map<Integer, Long> counts) {
    public static final LatencyCounts NONE = new LatencyCounts(Map.of());

    private static final int PER_OCTAVE = 16;
    private static final double MICROS_PER_MILLI = 1000;
    private static final double NANOS_PER_MICRO = 1000;
    private static final int LAST_BUCKET = 415;

    public LatencyCounts {
        counts = Map.copyOf(counts);
    }

    /** Bucket of a latency. */
    public static int bucket(long nanos) {
        double micros = nanos / NANOS_PER_MICRO;
        return micros < 1 ? 0 : Math.min(LAST_BUCKET, (int) (PER_OCTAVE * Math.log(micros) / Math.log(2)));
    }

    public long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    public LatencyCounts plus(LatencyCounts other) {
        return new LatencyCounts(Counts.plus(counts, other.counts));
    }

    public LatencyCounts minus(LatencyCounts earlier) {
        return new LatencyCounts(Counts.minus(counts, earlier.counts));
    }

    /**
     * The latency that a share of {@code quantile} of the jobs did not exceed, in milliseconds, interpolated within its
     * bucket; empty without jobs.
     */
    public OptionalDouble quantileMillis(double quantile) {
        if (!(quantile >= 0 && quantile <= 1)) {
            throw new IllegalArgumentException("quantile (%s) must be 0 to 1".formatted(quantile));
        }
        double wanted = quantile * total();
        double below = 0;
        for (Map.Entry<Integer, Long> bucket : new TreeMap<>(counts).entrySet()) {
            long here = bucket.getValue();
            if (here > 0 && below + here >= wanted) {
                double place = Math.max(0, wanted - below) / here;
                return OptionalDouble.of(Math.pow(2, (bucket.getKey() + place) / PER_OCTAVE) / MICROS_PER_MILLI);
            }
            below += here;
        }
        return OptionalDouble.empty();
    }
}
