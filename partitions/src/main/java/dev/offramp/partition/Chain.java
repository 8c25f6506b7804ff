package dev.offramp.partition;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The ordered hops that hold a whole network: partition 0 to the last, the edges fitting. Immutable. */
public record Chain(ChainId id, List<Hop> hops) {
    /** Longest chain allowed. */
    public static final int MAX_HOPS = 64;

    public Chain {
        hops = List.copyOf(hops);
        if (hops.isEmpty() || hops.size() > MAX_HOPS) {
            throw new IllegalArgumentException(
                    "chain %s has %d hops: expected 1 to %d".formatted(id, hops.size(), MAX_HOPS));
        }
        checkPath(id, hops);
        for (int i = 0; i < hops.size(); i++) {
            Partition partition = hops.get(i).partition();
            boolean last = i == hops.size() - 1;
            if (partition.output().isPresent() == last) {
                throw new IllegalArgumentException("chain %s: hop %d must %s"
                        .formatted(id, i, last ? "be the network's last partition" : "have an edge to the next"));
            }
            if (!last) {
                TensorSpec given = partition.output().orElseThrow();
                TensorSpec expected = hops.get(i + 1).partition().input();
                if (!expected.accepts(given)) {
                    throw new IllegalArgumentException("chain %s: hop %d gives %s, hop %d expects %s"
                            .formatted(id, i, given.signature(), i + 1, expected.signature()));
                }
            }
        }
    }

    /** Outcomes find their way back by job and neighbour, so a chain goes from one node to another at most once. */
    private static void checkPath(ChainId id, List<Hop> hops) {
        Set<List<NodeId>> links = new HashSet<>();
        for (int i = 1; i < hops.size(); i++) {
            List<NodeId> link = List.of(hops.get(i - 1).node(), hops.get(i).node());
            if (!link.get(0).equals(link.get(1)) && !links.add(link)) {
                throw new IllegalArgumentException("chain %s goes from %s to %s twice: expected at most once"
                        .formatted(id, link.get(0), link.get(1)));
            }
        }
    }

    /** Number of exits over all hops. */
    public int exits() {
        // Asked for several times per job: a stream costs more than it sums up.
        int exits = 0;
        for (Hop hop : hops) {
            exits += hop.partition().exits().size();
        }
        return exits;
    }
}
