package dev.offramp.coordinator.simulation;

/**
 * Latencies by size, in bins that are a 64th of an octave wide (1.1 … 1.6 %), from a nanosecond to eighteen minutes;
 * beyond that the outermost bins count. Confined.
 */
final class LatencyHistogram {
    private static final int BITS = 6;
    private static final int SHIFT = 52 - BITS;
    private static final int LOWEST = (1023 - 30) << BITS;
    private static final int BINS = 40 << BITS;

    private final long[] counts = new long[BINS];
    private long total;
    private double sum;

    void record(double seconds) {
        int bin = (int) (Double.doubleToRawLongBits(seconds) >>> SHIFT) - LOWEST;
        counts[Math.max(0, Math.min(BINS - 1, bin))]++;
        total++;
        sum += seconds;
    }

    void clear() {
        java.util.Arrays.fill(counts, 0);
        total = 0;
        sum = 0;
    }

    SimulationResult.Latency result() {
        return new SimulationResult.Latency(
                total == 0 ? 0 : sum / total, quantile(0.5), quantile(0.95), quantile(0.99));
    }

    private double quantile(double share) {
        long rank = (long) Math.ceil(share * total);
        long seen = 0;
        for (int bin = 0; bin < BINS; bin++) {
            seen += counts[bin];
            if (seen >= rank && seen > 0) {
                double low = Double.longBitsToDouble((long) (bin + LOWEST) << SHIFT);
                double high = Double.longBitsToDouble((long) (bin + 1 + LOWEST) << SHIFT);
                return (low + high) / 2;
            }
        }
        return 0;
    }
}
