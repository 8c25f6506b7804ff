package dev.offramp.agent.telemetry;

import dev.offramp.agent.ingress.ErrorCode;
import dev.offramp.agent.ingress.RefusalCounter;
import dev.offramp.partition.ServiceId;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Requests the ingress turned away, by service and error code. Thread-safe. */
public final class RefusalCounts implements RefusalCounter {
    private final Map<Optional<ServiceId>, Map<ErrorCode, Long>> counts = new HashMap<>();
    private long dropped;

    @Override
    public synchronized void refused(Optional<ServiceId> service, ErrorCode code) {
        counts.computeIfAbsent(service, id -> new EnumMap<>(ErrorCode.class)).merge(code, 1L, Long::sum);
    }

    @Override
    public synchronized void outcomesDropped(long outcomes) {
        dropped += outcomes;
    }

    /** Of requests that named a service placed here. */
    public synchronized Map<ServiceId, Map<ErrorCode, Long>> byService() {
        Map<ServiceId, Map<ErrorCode, Long>> result = new TreeMap<>();
        counts.forEach((service, codes) -> service.ifPresent(id -> result.put(id, new EnumMap<>(codes))));
        return result;
    }

    /** Of requests that named none. */
    public synchronized Map<ErrorCode, Long> withoutService() {
        Map<ErrorCode, Long> result = new EnumMap<>(ErrorCode.class);
        result.putAll(counts.getOrDefault(Optional.empty(), Map.of()));
        return result;
    }

    public synchronized long outcomesDropped() {
        return dropped;
    }
}
