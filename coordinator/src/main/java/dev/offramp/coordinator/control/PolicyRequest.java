package dev.offramp.coordinator.control;

import dev.offramp.partition.ServiceId;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an operator wants a service's policy to be, unchecked.
 *
 * @param chains by chain name
 * @param shadowShare share of the jobs that run to the final exit whatever the thresholds say
 * @param expectedVersion the version the operator has seen, 0 for any
 * @param keepsScheduler whether a scheduler that has ruled so far goes on
 */
public record PolicyRequest(
        ServiceId service,
        SortedMap<String, ChainOrders> chains,
        double shadowShare,
        long expectedVersion,
        boolean keepsScheduler) {
    /** Probability of a chain, and the threshold vectors of its jobs. */
    public record ChainOrders(double probability, List<VectorOrders> vectors) {
        public ChainOrders {
            vectors = List.copyOf(vectors);
        }

        /** The same thresholds for all of the chain's jobs. */
        public static ChainOrders of(double probability, List<Float> thresholds) {
            return new ChainOrders(probability, List.of(new VectorOrders(1, thresholds)));
        }
    }

    /** Share of a chain's jobs and a threshold for each of the chain's exits. */
    public record VectorOrders(double share, List<Float> thresholds) {
        public VectorOrders {
            thresholds = List.copyOf(thresholds);
        }
    }

    /** By hand from now on. */
    public PolicyRequest(
            ServiceId service, SortedMap<String, ChainOrders> chains, double shadowShare, long expectedVersion) {
        this(service, chains, shadowShare, expectedVersion, false);
    }

    public PolicyRequest {
        chains = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(chains));
    }
}
