package dev.offramp.coordinator.placement;

import dev.offramp.partition.CodecChoice;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Overflow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What an operator writes: nodes by name, partitions by index of a pushed model. Names are unchecked. Immutable. */
public record PlacementRequest(List<ServiceRequest> services) {
    public PlacementRequest {
        services = List.copyOf(services);
    }

    /** A service and where it shall run. */
    public record ServiceRequest(
            String id,
            String model,
            Overflow overflow,
            Optimisation optimisation,
            int priority,
            Duration deadline,
            List<String> ingress,
            List<ChainRequest> chains,
            CodecChoice codecs) {
        public ServiceRequest {
            ingress = List.copyOf(ingress);
            chains = List.copyOf(chains);
        }

        /** Optimised as far as its chains give bit for bit what the uncut network gives, activations as they were sent. */
        public ServiceRequest(
                String id,
                String model,
                Overflow overflow,
                Duration deadline,
                List<String> ingress,
                List<ChainRequest> chains) {
            this(id, model, overflow, Optimisation.EXTENDED, 0, deadline, ingress, chains, CodecChoice.EXACT);
        }
    }

    /**
     * A chain.
     *
     * @param nodes node of partition 0, 1, …
     * @param variant another model with the same labels; empty: the service's
     */
    public record ChainRequest(String name, List<String> nodes, Optional<String> variant) {
        public ChainRequest {
            nodes = List.copyOf(nodes);
        }
    }
}
