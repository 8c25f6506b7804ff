package dev.offramp.agent.core;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.job.LossReason;
import java.util.EnumMap;
import java.util.Map;

/** Counts what became of the jobs that a hop received. */
final class HopLedger {
    /** A hop over all epochs. */
    record Key(ChainId chain, int hop) {
        /** Plain code: a record's own is slow until the better compiler has had it, and agents go without. */
        @Override
        public int hashCode() {
            return 31 * chain.hashCode() + hop;
        }
    }

    private final Key key;
    private final Map<LossReason, Long> lost = new EnumMap<>(LossReason.class);
    private final Pace pace = new Pace();
    private final HopTimes times = new HopTimes();
    private long received;
    private long forwarded;
    private long completed;
    private long served;
    private double nanosSum;
    private double nanosSquareSum;

    HopLedger(Key key) {
        this.key = key;
    }

    void received() {
        received++;
    }

    void forwarded() {
        forwarded++;
    }

    void completed() {
        completed++;
    }

    void lost(LossReason reason) {
        lost.merge(reason, 1L, Long::sum);
    }

    void served(long nanos, long nowNanos) {
        pace.ran(nanos, nowNanos);
        served++;
        nanosSum += nanos;
        nanosSquareSum += (double) nanos * nanos;
    }

    void spent(HopPart part, long nanos) {
        times.record(part, nanos);
    }

    /** The shortest of its latest service times; 0 where there is none. */
    long shortestNanos(long nowNanos) {
        return pace.shortestNanos(nowNanos);
    }

    long residual(long present) {
        return received - forwarded - completed - lostTotal() - present;
    }

    private long lostTotal() {
        return lost.values().stream().mapToLong(Long::longValue).sum();
    }

    CoreSnapshot.Hop snapshot(long present) {
        return new CoreSnapshot.Hop(
                key.chain(),
                key.hop(),
                received,
                forwarded,
                completed,
                Map.copyOf(lost),
                present,
                served,
                nanosSum,
                nanosSquareSum,
                times.snapshot());
    }
}
