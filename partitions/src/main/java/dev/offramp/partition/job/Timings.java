package dev.offramp.partition.job;

/** Time a job has spent so far over all hops, in nanoseconds. */
public record Timings(long queueingNanos, long computeNanos) {
    public static final Timings ZERO = new Timings(0, 0);

    public Timings plus(long queueingNanos, long computeNanos) {
        return new Timings(this.queueingNanos + queueingNanos, this.computeNanos + computeNanos);
    }
}
