package dev.offramp.coordinator.cli.demo;

import dev.offramp.coordinator.cli.top.LatencyCounts;
import dev.offramp.partition.profile.ExitMix;
import dev.offramp.time.NanoClock;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts at the camera: every frame that was due has exactly one fate. At every instant {@code due = skipped +
 * outstanding + refused + unanswered + completed + lost}. Thread-safe.
 */
final class Tally {
    private final int exits;
    private final Map<Fate.Orders, Group> groups = new HashMap<>();
    private final SortedMap<String, Long> refused = new TreeMap<>();
    private final SortedMap<String, Long> unanswered = new TreeMap<>();
    private final SortedMap<String, Long> lostAt = new TreeMap<>();
    private final Timeline timeline = new Timeline();
    private long sent;
    private long skipped;
    private long outstanding;

    /** @param exits of the network */
    Tally(int exits) {
        this.exits = exits;
    }

    /**
     * The counts at one instant. Immutable by agreement.
     *
     * @param skipped frames that were not sent because too many had no answer yet
     * @param lostAt lost frames by {@code reason@node}
     */
    record Totals(
            long sent,
            long skipped,
            long outstanding,
            SortedMap<String, Long> refused,
            SortedMap<String, Long> unanswered,
            SortedMap<String, Long> lostAt,
            SortedMap<Fate.Orders, GroupTotals> groups) {
        /** All groups together. */
        GroupTotals all(int exits) {
            return groups.values().stream().reduce(GroupTotals.empty(exits), GroupTotals::plus);
        }

        long refusedFrames() {
            return refused.values().stream().mapToLong(Long::longValue).sum();
        }

        long unansweredFrames() {
            return unanswered.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    synchronized void skip() {
        skipped++;
    }

    /** A frame goes out; {@link #record} says once what became of it. */
    synchronized void send() {
        sent++;
        outstanding++;
    }

    /** The same for a frame that is known to have gone out at {@code sentNanos}. */
    synchronized void record(Fate fate, long sentNanos) {
        timeline.record(fate, sentNanos);
        record(fate);
    }

    /** What became of frames by the second in which they went out. */
    synchronized Timeline timeline() {
        return timeline.copy();
    }

    synchronized void record(Fate fate) {
        outstanding--;
        switch (fate) {
            case Fate.Completed completed -> complete(completed);
            case Fate.Lost lost -> {
                group(lost.orders()).lost.merge(lost.reason(), 1L, Long::sum);
                lostAt.merge(lost.reason() + "@" + lost.node(), 1L, Long::sum);
            }
            case Fate.Refused one -> refused.merge(one.code(), 1L, Long::sum);
            case Fate.Unanswered one -> unanswered.merge(one.why(), 1L, Long::sum);
        }
        if (outstanding == 0) {
            notifyAll();
        }
    }

    private void complete(Fate.Completed completed) {
        if (completed.exit() < 1 || completed.exit() > exits) {
            unanswered.merge("left at exit " + completed.exit() + " of " + exits, 1L, Long::sum);
        } else {
            group(completed.orders()).add(completed);
        }
    }

    /** Waits until every frame sent has its fate; false if that takes longer than {@code millis}. */
    synchronized boolean awaitNoneOutstanding(long millis, NanoClock clock) throws InterruptedException {
        long end = clock.nanoTime() + millis * 1_000_000;
        while (outstanding > 0) {
            long left = (end - clock.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    synchronized Totals totals() {
        SortedMap<Fate.Orders, GroupTotals> copies = new TreeMap<>();
        groups.forEach((orders, group) -> copies.put(orders, group.totals()));
        return new Totals(
                sent,
                skipped,
                outstanding,
                new TreeMap<>(refused),
                new TreeMap<>(unanswered),
                new TreeMap<>(lostAt),
                copies);
    }

    private Group group(Fate.Orders orders) {
        return groups.computeIfAbsent(orders, key -> new Group(exits));
    }

    /** Counters of one group; guarded by the tally. */
    private static final class Group {
        private final long[] completed;
        private final long[] correct;
        private final SortedMap<String, Long> lost = new TreeMap<>();
        private final Map<Integer, Long> total = new HashMap<>();
        private final Map<Integer, Long> queueing = new HashMap<>();
        private final Map<Integer, Long> compute = new HashMap<>();
        private final Map<Integer, Long> network = new HashMap<>();

        Group(int exits) {
            this.completed = new long[exits];
            this.correct = new long[exits];
        }

        void add(Fate.Completed job) {
            completed[job.exit() - 1]++;
            correct[job.exit() - 1] += job.correct() ? 1 : 0;
            total.merge(LatencyCounts.bucket(job.latency().totalNanos()), 1L, Long::sum);
            queueing.merge(LatencyCounts.bucket(job.latency().queueingNanos()), 1L, Long::sum);
            compute.merge(LatencyCounts.bucket(job.latency().computeNanos()), 1L, Long::sum);
            network.merge(LatencyCounts.bucket(job.latency().networkNanos()), 1L, Long::sum);
        }

        GroupTotals totals() {
            return new GroupTotals(
                    ExitMix.of(completed, correct),
                    lost,
                    new GroupTotals.Latencies(
                            new LatencyCounts(total),
                            new LatencyCounts(queueing),
                            new LatencyCounts(compute),
                            new LatencyCounts(network)));
        }
    }
}
