package dev.offramp.coordinator.cli.demo;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** When frames went out and what became of them: by second, and the first frame under every policy version. Confined. */
final class Timeline {
    private static final double NANOS_PER_SECOND = 1e9;
    /** Loss that is not worth talking of. */
    private static final double NO_LOSS = 0.05;

    private final TreeMap<Long, int[]> seconds = new TreeMap<>();
    private final Map<Long, Long> firstNanos = new TreeMap<>();

    void record(Fate fate, long sentNanos) {
        switch (fate) {
            case Fate.Completed completed -> add(completed.orders(), sentNanos, 0);
            case Fate.Lost lost -> add(lost.orders(), sentNanos, 1);
            case Fate.Refused refused -> {}
            case Fate.Unanswered unanswered -> {}
        }
    }

    private void add(Fate.Orders orders, long sentNanos, int lost) {
        firstNanos.merge(orders.policyVersion(), sentNanos, Math::min);
        int[] counts =
                seconds.computeIfAbsent(Math.floorDiv(sentNanos, (long) NANOS_PER_SECOND / 2), second -> new int[2]);
        counts[0]++;
        counts[1] += lost;
    }

    Timeline copy() {
        Timeline copy = new Timeline();
        seconds.forEach((second, counts) -> copy.seconds.put(second, counts.clone()));
        copy.firstNanos.putAll(firstNanos);
        return copy;
    }

    /** Seconds from {@code sinceNanos} to the first frame under a later version than {@code version}. */
    OptionalDouble firstAfter(long version, long sinceNanos) {
        return firstNanos.entrySet().stream()
                .filter(entry -> entry.getKey() > version)
                .mapToDouble(entry -> (entry.getValue() - sinceNanos) / NANOS_PER_SECOND)
                .min();
    }

    /**
     * Seconds from {@code sinceNanos} to the end of the first second, after the worst one, in which at most half as great a
     * share of the frames was lost as in the worst; empty if no second lost more than {@value #NO_LOSS}, or none got better.
     */
    OptionalDouble lossFell(long sinceNanos) {
        long worst = 0;
        double most = NO_LOSS;
        for (Map.Entry<Long, int[]> half : seconds.entrySet()) {
            if (ratio(half.getKey()) > most) {
                most = ratio(half.getKey());
                worst = half.getKey();
            }
        }
        if (worst == 0) {
            return OptionalDouble.empty();
        }
        for (long half : seconds.tailMap(worst, false).keySet()) {
            if (ratio(half) <= most / 2) {
                return OptionalDouble.of(((half + 1) * (NANOS_PER_SECOND / 2) - sinceNanos) / NANOS_PER_SECOND);
            }
        }
        return OptionalDouble.empty();
    }

    /** Over the second that ends with this half. */
    private double ratio(long half) {
        int jobs = 0;
        int lost = 0;
        for (int[] counts : seconds.subMap(half - 1, true, half, true).values()) {
            jobs += counts[0];
            lost += counts[1];
        }
        return jobs == 0 ? 0 : (double) lost / jobs;
    }
}
