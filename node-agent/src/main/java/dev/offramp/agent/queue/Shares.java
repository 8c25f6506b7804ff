package dev.offramp.agent.queue;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much of a queue each priority may take. Immutable.
 *
 * @param jobs most jobs of a priority, waiting, in service and on their way; a priority that is not named may fill the
 *     queue
 */
public record Shares(SortedMap<Integer, Integer> jobs) {
    /** Everybody may fill the queue. */
    public static final Shares NONE = new Shares(new TreeMap<>());

    public Shares {
        jobs = Collections.unmodifiableSortedMap(new TreeMap<>(jobs));
        jobs.forEach((priority, most) -> {
            if (most < 1) {
                throw new IllegalArgumentException(
                        "share of priority %d (%d jobs) must be at least 1".formatted(priority, most));
            }
        });
    }

    public static Shares of(Map<Integer, Integer> jobs) {
        return new Shares(new TreeMap<>(jobs));
    }

    int of(int priority) {
        return jobs.getOrDefault(priority, Integer.MAX_VALUE);
    }
}
