package dev.offramp.agent.core;

import dev.offramp.partition.job.LossReason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts, by priority, the jobs that this node's hops have received, and those lost here. */
final class PriorityLedger {
    private static final class Count {
        long received;
        final Map<LossReason, Long> lost = new EnumMap<>(LossReason.class);
    }

    private final TreeMap<Integer, Count> counts = new TreeMap<>();

    void received(int priority) {
        count(priority).received++;
    }

    void lost(int priority, LossReason reason) {
        count(priority).lost.merge(reason, 1L, Long::sum);
    }

    private Count count(int priority) {
        return counts.computeIfAbsent(priority, unseen -> new Count());
    }

    /** @param queued jobs that the queue holds, by priority */
    List<CoreSnapshot.PriorityClass> snapshot(SortedMap<Integer, Integer> queued) {
        List<CoreSnapshot.PriorityClass> classes = new ArrayList<>();
        counts.forEach((priority, count) -> classes.add(new CoreSnapshot.PriorityClass(
                priority, queued.getOrDefault(priority, 0), count.received, Map.copyOf(count.lost))));
        return classes;
    }
}
