package dev.offramp.agent.core;

import dev.offramp.partition.NodeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The neighbours that this node sends jobs to. */
final class Peers {
    private final AgentLimits limits;
    private final Turn turn;
    private final Map<NodeId, Peer> peers = new TreeMap<>();
    private final Map<NodeId, String> addresses = new HashMap<>();

    Peers(AgentLimits limits, Turn turn) {
        this.limits = limits;
        this.turn = turn;
    }

    /** A neighbour; one that no placement names is down. */
    Peer of(NodeId id) {
        Peer known = peers.get(id);
        return known == null ? new Peer(id, limits) : known;
    }

    /** Opens streams to the neighbours of all living placements, closes idle ones to others. */
    void connect(Map<NodeId, String> wanted) {
        wanted.forEach((id, address) -> {
            peers.computeIfAbsent(id, unknown -> new Peer(unknown, limits));
            if (!address.equals(addresses.put(id, address))) {
                turn.say(new AgentEffect.Connect(id, address));
            }
        });
        for (Peer peer : List.copyOf(peers.values())) {
            if (!wanted.containsKey(peer.id()) && peer.idle()) {
                peers.remove(peer.id());
                addresses.remove(peer.id());
                turn.say(new AgentEffect.Disconnect(peer.id()));
            }
        }
    }

    /** What the books of the links and the jobs themselves disagree about. */
    long residual(List<Held> jobs) {
        Map<NodeId, Long> forwarded = new HashMap<>();
        for (Held job : jobs) {
            if (job.state == Held.State.FORWARDED) {
                forwarded.merge(job.next(), 1L, Long::sum);
            }
        }
        return peers.values().stream()
                .mapToLong(peer -> peer.residual(forwarded.getOrDefault(peer.id(), 0L)))
                .sum();
    }

    Collection<Peer> all() {
        return peers.values();
    }
}
