package dev.offramp.agent.loop;

import dev.offramp.agent.core.HopKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What is loaded for each hop of this node. Thread-safe. */
public final class LoadedHops {
    private final Map<HopKey, PartitionPool> pools = new ConcurrentHashMap<>();

    public Optional<PartitionPool> find(HopKey hop) {
        return Optional.ofNullable(pools.get(hop));
    }

    public void put(HopKey hop, PartitionPool pool) {
        pools.put(hop, pool);
    }

    /** Forgets the hops of {@code epoch}. */
    public void remove(long epoch) {
        pools.keySet().removeIf(hop -> hop.epoch() == epoch);
    }

    /** Forgets the hops of {@code epoch} and of older ones. */
    public void removeUpTo(long epoch) {
        pools.keySet().removeIf(hop -> hop.epoch() <= epoch);
    }

    /** Whether any hop still uses {@code pool}. */
    public boolean uses(PartitionPool pool) {
        return pools.containsValue(pool);
    }
}
