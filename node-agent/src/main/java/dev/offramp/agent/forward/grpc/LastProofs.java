package dev.offramp.agent.forward.grpc;

import dev.offramp.partition.NodeId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * When each neighbour last showed a certificate. A neighbour has not done so for too long only if as many rounds have
 * passed here meanwhile: a node that was asleep itself, or that its machine gave no time, has heard nobody, and finds
 * what was sent to it only after it has looked at the clock. Thread-safe.
 */
final class LastProofs {
    private static final int ROUNDS = 3;

    private static final class Last {
        final long nanos;
        int rounds;

        Last(long nanos) {
            this.nanos = nanos;
        }
    }

    private final Map<NodeId, Last> last = new HashMap<>();

    synchronized void shown(NodeId peer, long nowNanos) {
        last.put(peer, new Last(nowNanos));
    }

    synchronized void forget(NodeId peer) {
        last.remove(peer);
    }

    /**
     * Another round has passed, in which every neighbour should have shown its certificate.
     *
     * @param longest time without, of three rounds
     * @return those that have not for longer
     */
    synchronized Set<NodeId> missing(Duration longest, long nowNanos) {
        Set<NodeId> missing = new HashSet<>();
        last.forEach((peer, shown) -> {
            shown.rounds++;
            if (shown.rounds >= ROUNDS && nowNanos - shown.nanos > longest.toNanos()) {
                missing.add(peer);
            }
        });
        return missing;
    }
}
