package dev.offramp.agent.forward;

import java.util.Optional;

/**
 * Measures the way to a neighbour with the transfers that go there anyway: now and then one is put between two marks that
 * the neighbour sends back at once. The first mark tells the round trip, of which the shortest counts, since all others
 * waited in a queue; the time between the two the bandwidth, whatever waits before them (packet-pair dispersion: Keshav,
 * SIGCOMM 1991, 10.1145/115992.115994). Both over the last {@value #SAMPLES} samples. Thread-safe.
 */
public final class LinkMeter {
    private static final int SAMPLES = 16;
    private static final long PERIOD_NANOS = 1_000_000_000;
    private static final double NANOS_PER_SECOND = 1e9;
    /** Below this, what is timed is the clock. */
    private static final long LEAST_GAP_NANOS = 1000;

    private final long[] roundTrips = new long[SAMPLES];
    private final long[] bytes = new long[SAMPLES];
    private final long[] gaps = new long[SAMPLES];
    private long samples;

    private boolean started;
    private long sentNanos;
    private long firstBackNanos;
    private long transferBytes;
    private long lastMark;
    /** The one that comes back next; 0 for none. */
    private long expectedMark;

    /** Number of the mark to send before a transfer, to be followed by the next number; empty if none is due. */
    public synchronized Optional<Long> begin(long transferBytes, long nowNanos) {
        if (started && nowNanos - sentNanos < PERIOD_NANOS) {
            return Optional.empty();
        }
        started = true;
        sentNanos = nowNanos;
        this.transferBytes = transferBytes;
        expectedMark = lastMark + 1;
        lastMark += 2;
        return Optional.of(expectedMark);
    }

    /** A mark came back. Marks of a stream that has ended never do. */
    public synchronized void returned(long mark, long nowNanos) {
        if (mark != expectedMark || mark == 0) {
            return;
        }
        if (mark < lastMark) {
            firstBackNanos = nowNanos;
            expectedMark = lastMark;
        } else {
            expectedMark = 0;
            int slot = (int) (samples++ % SAMPLES);
            roundTrips[slot] = firstBackNanos - sentNanos;
            gaps[slot] = Math.max(LEAST_GAP_NANOS, nowNanos - firstBackNanos);
            bytes[slot] = transferBytes;
        }
    }

    /** Empty before the first measurement. */
    public synchronized Optional<LinkSpeed> speed() {
        int count = (int) Math.min(samples, SAMPLES);
        if (count == 0) {
            return Optional.empty();
        }
        long shortest = Long.MAX_VALUE;
        double allBytes = 0;
        double allGaps = 0;
        for (int i = 0; i < count; i++) {
            shortest = Math.min(shortest, roundTrips[i]);
            allBytes += bytes[i];
            allGaps += gaps[i];
        }
        return Optional.of(new LinkSpeed(shortest, allBytes / allGaps * NANOS_PER_SECOND));
    }
}
