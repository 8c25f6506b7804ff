package dev.offramp.agent.core;

/**
 * Counts latencies in {@value #BUCKETS} geometric buckets, sixteen to an octave, so that a bucket's bounds are 4.4 %
 * apart: bucket {@code i} holds latencies from 2^(i/16) up to 2^((i+1)/16) microseconds; the first also holds shorter
 * ones, the last (above 67 s) longer ones.
 */
public final class LatencyHistogram {
    public static final int BUCKETS = 416;

    private static final int PER_OCTAVE = 16;

    private final long[] counts = new long[BUCKETS];

    void record(long nanos) {
        counts[bucket(nanos)]++;
    }

    static int bucket(long nanos) {
        double micros = nanos / 1000.0;
        if (micros < 1) {
            return 0;
        }
        return Math.min(BUCKETS - 1, (int) (PER_OCTAVE * Math.log(micros) / Math.log(2)));
    }

    /**
     * Counts of the latencies in an octave each: entry {@code i} holds those from 2^i up to 2^(i+1) microseconds, the first
     * also shorter ones, the last also longer ones.
     */
    public static long[] octaves(long[] counts) {
        long[] octaves = new long[BUCKETS / PER_OCTAVE];
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            octaves[bucket / PER_OCTAVE] += counts[bucket];
        }
        return octaves;
    }

    /** A copy. */
    long[] counts() {
        return counts.clone();
    }
}
