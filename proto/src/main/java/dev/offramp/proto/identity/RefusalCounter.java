package dev.offramp.proto.identity;

import java.util.EnumMap;
import java.util.Map;

/** How often this process refused somebody, by reason. Thread-safe. */
public final class RefusalCounter {
    private final Map<Refusal, Long> counts = new EnumMap<>(Refusal.class);

    public synchronized void record(Refusal reason) {
        counts.merge(reason, 1L, Long::sum);
    }

    /** Every reason, also those that never occurred. */
    public synchronized Map<Refusal, Long> counts() {
        Map<Refusal, Long> all = new EnumMap<>(Refusal.class);
        for (Refusal reason : Refusal.values()) {
            all.put(reason, counts.getOrDefault(reason, 0L));
        }
        return all;
    }
}
