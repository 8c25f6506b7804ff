package dev.offramp.partition;

import dev.offramp.partition.artifact.Preprocessing;
import java.time.Duration;
import java.util.List;

/**
 * One early-exit network serving one kind of camera stream, as it is placed. Immutable.
 *
 * @param labels class names, in the order of the network's scores
 * @param scores what the exits' outputs hold
 * @param overflow what full queues do with its jobs
 * @param optimisation of its partitions, on every node
 * @param priority of its jobs, from 0 to {@value #MAX_PRIORITY}: greater ones are served first, and dropped last
 * @param deadline a job not completed this long after its acceptance is lost as {@code expired}
 * @param ingress nodes that take its frames in; the first hop of each chain is on one of them or on a neighbour
 * @param chains at least one
 * @param codecs that its activations may travel in between nodes
 */
public record Service(
        ServiceId id,
        List<String> labels,
        Preprocessing preprocessing,
        Scores scores,
        Overflow overflow,
        Optimisation optimisation,
        int priority,
        Duration deadline,
        List<NodeId> ingress,
        List<Chain> chains,
        CodecChoice codecs) {
    public static final int MAX_PRIORITY = 7;

    public Service {
        labels = List.copyOf(labels);
        ingress = List.copyOf(ingress);
        chains = List.copyOf(chains);
        if (chains.isEmpty()) {
            throw new IllegalArgumentException("service %s has no chain: expected at least one".formatted(id));
        }
        if (ingress.isEmpty()) {
            throw new IllegalArgumentException("service %s has no ingress: name at least one node".formatted(id));
        }
        if (priority < 0 || priority > MAX_PRIORITY) {
            throw new IllegalArgumentException(
                    "service %s: priority (%d) must be from 0 to %d".formatted(id, priority, MAX_PRIORITY));
        }
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("service %s: deadline (%s) must be positive".formatted(id, deadline));
        }
        if (chains.stream().map(Chain::id).distinct().count() != chains.size()) {
            throw new IllegalArgumentException("service %s: two chains have one name".formatted(id));
        }
        for (Chain chain : chains) {
            for (NodeId node : ingress) {
                checkWayIn(node, chain);
            }
        }
    }

    /** Of the lowest priority, optimised as far as its chains give bit for bit what the uncut network gives, and activations arrive as they were sent. */
    public Service(
            ServiceId id,
            List<String> labels,
            Preprocessing preprocessing,
            Scores scores,
            Overflow overflow,
            Duration deadline,
            List<NodeId> ingress,
            List<Chain> chains) {
        this(
                id,
                labels,
                preprocessing,
                scores,
                overflow,
                Optimisation.EXTENDED,
                0,
                deadline,
                ingress,
                chains,
                CodecChoice.EXACT);
    }

    /** Outcomes find their way back by job and neighbour, so a chain must not go the way it is entered by again. */
    private static void checkWayIn(NodeId ingress, Chain chain) {
        NodeId first = chain.hops().get(0).node();
        for (int i = 1; i < chain.hops().size(); i++) {
            boolean again = !ingress.equals(first)
                    && chain.hops().get(i - 1).node().equals(ingress)
                    && chain.hops().get(i).node().equals(first);
            if (again) {
                throw new IllegalArgumentException("chain %s goes from ingress %s to %s twice: expected at most once"
                        .formatted(chain.id(), ingress, first));
            }
        }
    }
}
