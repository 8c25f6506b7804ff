package dev.offramp.coordinator.simulation;

import dev.offramp.partition.NodeId;

/**
 * The way of activations from one node to another: they are sent one after the other, and each is under way for the
 * delay. Nodes without a link between them pass jobs on in no time.
 *
 * @param bytesPerSecond may be infinite
 * @param delaySeconds one way
 */
public record Link(NodeId from, NodeId to, double bytesPerSecond, double delaySeconds) {
    public Link {
        if (!(bytesPerSecond > 0) || !(delaySeconds >= 0) || Double.isInfinite(delaySeconds)) {
            throw new IllegalArgumentException(
                    "link %s to %s with %s bytes/s and a delay of %s s: expected a positive bandwidth and a finite delay of at least 0"
                            .formatted(from, to, bytesPerSecond, delaySeconds));
        }
    }
}
