package dev.offramp.coordinator.cli.top;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sums and differences of counters by key; a key that is absent counts 0. Stateless. */
final class Counts {
    private Counts() {}

    static <K extends Comparable<K>> SortedMap<K, Long> plus(Map<K, Long> one, Map<K, Long> other) {
        SortedMap<K, Long> sum = new TreeMap<>(one);
        other.forEach((key, count) -> sum.merge(key, count, Long::sum));
        return sum;
    }

    /** Keys whose difference is 0 are left out. */
    static <K extends Comparable<K>> SortedMap<K, Long> minus(Map<K, Long> now, Map<K, Long> before) {
        SortedMap<K, Long> difference = new TreeMap<>();
        now.forEach((key, count) -> {
            long more = count - before.getOrDefault(key, 0L);
            if (more != 0) {
                difference.put(key, more);
            }
        });
        return difference;
    }

    static long sum(Map<?, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
