package dev.offramp.coordinator.control;

import dev.offramp.partition.ServiceId;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an operator wants a service's policy to be, unchecked.
 *
 * @param chains by chain name
 * @param expectedVersion the version the operator has seen, 0 for any
 */
public record PolicyRequest(ServiceId service, SortedMap<String, ChainOrders> chains, long expectedVersion) {
    /** Probability of a chain and a threshold for each of its exits. */
    public record ChainOrders(double probability, List<Float> thresholds) {
        public ChainOrders {
            thresholds = List.copyOf(thresholds);
        }
    }

    public PolicyRequest {
        chains = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(chains));
    }
}
