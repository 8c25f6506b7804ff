package dev.offramp.partition.job;

/**
 * Time a job has spent so far over all hops, in nanoseconds.
 *
 * @param networkNanos between hops, there and back; known on the way back only
 */
public record Timings(long queueingNanos, long computeNanos, long networkNanos) {
    public static final Timings ZERO = new Timings(0, 0, 0);

    public Timings plus(long queueingNanos, long computeNanos) {
        return new Timings(this.queueingNanos + queueingNanos, this.computeNanos + computeNanos, networkNanos);
    }

    public Timings plusNetwork(long nanos) {
        return new Timings(queueingNanos, computeNanos, networkNanos + nanos);
    }

    /** Over all of these. */
    public long sumNanos() {
        return queueingNanos + computeNanos + networkNanos;
    }
}
