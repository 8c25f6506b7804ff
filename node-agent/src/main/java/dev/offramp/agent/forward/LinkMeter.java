package dev.offramp.agent.forward;

import java.util.Arrays;
import java.util.Optional;

/**
 * Measures the way to a neighbour with the transfers that go there anyway: now and then a mark goes before one and another
 * goes with it, and the neighbour sends both back at once. The first tells the round trip, of which the shortest counts,
 * since all others waited somewhere; the time between the two tells the bandwidth, whatever waits before them (packet-pair
 * dispersion: Keshav, SIGCOMM 1991, 10.1145/115992.115994), of which the median counts, since threads wake up late. Both
 * over the last {@value #SAMPLES} samples, so that a link that has changed is noticed after half as many. Small transfers tell
 * little, and slip through where a shaper lets bursts pass: beside much larger ones they are not measured. Thread-safe.
 */
public final class LinkMeter {
    private static final int SAMPLES = 9;
    private static final long PERIOD_NANOS = 250_000_000;
    /** After that, marks that have not come back are given up, and larger transfers no longer waited for. */
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private static final double NANOS_PER_SECOND = 1e9;
    /** Below this, what is timed is the clock. */
    private static final long LEAST_GAP_NANOS = 1000;

    private final long[] roundTrips = new long[SAMPLES];
    private final double[] bandwidths = new double[SAMPLES];
    private long samples;

    private boolean started;
    private long sentNanos;
    private long firstBackNanos;
    private long transferBytes;
    /** Of the transfers that were lately measured. */
    private long largestBytes;

    private long lastMark;
    /** The one that comes back next; 0 for none. */
    private long expectedMark;

    /** Whether a transfer is to be measured: a while after the last one, and not before its marks are back. */
    public synchronized boolean isDue(long nowNanos) {
        return !started || nowNanos - sentNanos >= (expectedMark == 0 ? PERIOD_NANOS : PATIENCE_NANOS);
    }

    /** The stream has ended: what has not come back never will. */
    public synchronized void streamEnded() {
        expectedMark = 0;
    }

    /** Number of the mark to send with a transfer, the one before it having the number before; 0 if none is due. */
    public synchronized long begin(long transferBytes, long nowNanos) {
        long lately = started && nowNanos - sentNanos < PATIENCE_NANOS ? largestBytes : 0;
        if (transferBytes < lately / 2 || !isDue(nowNanos)) {
            return 0;
        }
        largestBytes = Math.max(lately, transferBytes);
        started = true;
        sentNanos = nowNanos;
        this.transferBytes = transferBytes;
        expectedMark = lastMark + 1;
        lastMark += 2;
        return lastMark;
    }

    /** A mark came back. */
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
            long gap = Math.max(LEAST_GAP_NANOS, nowNanos - firstBackNanos);
            bandwidths[slot] = transferBytes * NANOS_PER_SECOND / gap;
        }
    }

    /** Empty before the first measurement. */
    public synchronized Optional<LinkSpeed> speed() {
        int count = (int) Math.min(samples, SAMPLES);
        if (count == 0) {
            return Optional.empty();
        }
        long shortest = Arrays.stream(roundTrips, 0, count).min().orElseThrow();
        double[] sorted = Arrays.copyOf(bandwidths, count);
        Arrays.sort(sorted);
        return Optional.of(new LinkSpeed(shortest, sorted[count / 2]));
    }
}
