package dev.offramp.coordinator.simulation;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.ServiceId;
import java.util.List;
import java.util.Optional;

/**
 * A service as the queueing network sees it. Immutable.
 *
 * @param ingress the node that takes its frames in; jobs cross the link to a chain's first node if that is another
 * @param exits behaviour at the exits, the same on all chains
 * @param priority greater ones are served first
 * @param deadlineSeconds a job that starts service anywhere later than this after its arrival is lost; may be infinite
 */
public record ServiceModel(
        ServiceId id,
        Optional<NodeId> ingress,
        ExitBehaviour exits,
        Overflow overflow,
        int priority,
        double deadlineSeconds,
        List<ChainModel> chains) {
    public ServiceModel {
        chains = List.copyOf(chains);
        if (chains.isEmpty() || !(deadlineSeconds > 0)) {
            throw new IllegalArgumentException(
                    "service %s has %d chains and a deadline of %s s: expected at least one, and more than 0"
                            .formatted(id, chains.size(), deadlineSeconds));
        }
        for (ChainModel chain : chains) {
            if (chain.exits() != exits.exits()) {
                throw new IllegalArgumentException("chain %s has %d exits, the behaviour of %s is known for %d"
                        .formatted(chain.id(), chain.exits(), id, exits.exits()));
            }
        }
    }
}
