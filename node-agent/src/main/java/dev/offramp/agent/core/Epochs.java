package dev.offramp.agent.core;

import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The placements that live side by side: the active one, older ones that drain, a newer one that is prepared. */
final class Epochs {
    /** A chain of a service of one placement. */
    record Route(Service service, Chain chain) {
        Hop hop(int index) {
            return chain.hops().get(index);
        }
    }

    /** Placements that may live side by side. */
    private static final int MAX_LIVING = 32;

    private final NodeId self;
    private final TreeMap<Long, Placement> placements = new TreeMap<>();
    private final Map<Long, Map<ChainId, Route>> routes = new HashMap<>();
    private long active;
    private long retired;
    private long saidDrained;
    private Map<NodeId, String> neighbours = Map.of();

    Epochs(NodeId self) {
        this.self = self;
    }

    /** Empty: done; else why not. */
    String prepare(Placement placement) {
        long epoch = placement.epoch();
        Placement known = placements.get(epoch);
        if (known != null) {
            return known.equals(placement)
                    ? ""
                    : "epoch %d is here with other content: expected a new epoch".formatted(epoch);
        }
        if (epoch < newest()) {
            return "epoch %d is older than epoch %d, which this node has seen".formatted(epoch, newest());
        }
        if (placements.size() == MAX_LIVING) {
            return "%d placements live on this node: retire old ones first".formatted(MAX_LIVING);
        }
        Map<ChainId, Route> byChain = new HashMap<>();
        for (Service service : placement.services()) {
            for (Chain chain : service.chains()) {
                byChain.put(chain.id(), new Route(service, chain));
            }
        }
        placements.put(epoch, placement);
        routes.put(epoch, byChain);
        neighbours = findNeighbours();
        return "";
    }

    private long newest() {
        return placements.isEmpty() ? retired : placements.lastKey();
    }

    String activate(long epoch) {
        if (epoch < active) {
            return "epoch %d is older than the active epoch %d".formatted(epoch, active);
        }
        if (!placements.containsKey(epoch)) {
            return "epoch %d was not prepared on this node".formatted(epoch);
        }
        active = epoch;
        return "";
    }

    String retire(long epoch) {
        if (epoch >= active) {
            return "epoch %d is not older than the active epoch %d".formatted(epoch, active);
        }
        placements.headMap(epoch, true).keySet().forEach(routes::remove);
        placements.headMap(epoch, true).clear();
        neighbours = findNeighbours();
        retired = Math.max(retired, epoch);
        return "";
    }

    long active() {
        return active;
    }

    /** The active placement's service, if this node is an ingress of it. */
    Optional<Service> ingressService(ServiceId id) {
        return Optional.ofNullable(placements.get(active))
                .flatMap(placement -> placement.service(id))
                .filter(service -> service.ingress().contains(self));
    }

    Optional<Route> route(long epoch, ChainId chain) {
        return Optional.ofNullable(routes.getOrDefault(epoch, Map.of()).get(chain));
    }

    /** Nodes that this one sends jobs to in any living placement, with their addresses in the newest of them. */
    Map<NodeId, String> neighbours() {
        return neighbours;
    }

    private Map<NodeId, String> findNeighbours() {
        Map<NodeId, String> result = new TreeMap<>();
        for (Placement placement : placements.values()) {
            for (Service service : placement.services()) {
                for (Chain chain : service.chains()) {
                    addNeighbours(result, placement, service, chain);
                }
            }
        }
        return result;
    }

    private void addNeighbours(Map<NodeId, String> result, Placement placement, Service service, Chain chain) {
        for (int i = 0; i < chain.hops().size(); i++) {
            NodeId node = chain.hops().get(i).node();
            boolean sendsHere = i == 0
                    ? service.ingress().contains(self)
                    : chain.hops().get(i - 1).node().equals(self);
            String address = placement.dataAddresses().get(node);
            if (sendsHere && !node.equals(self) && address != null) {
                result.put(node, address);
            }
        }
    }

    /** The newest epoch before the active one that is still here and of which it was not yet said that it drained. */
    Optional<Long> draining() {
        Long older = placements.lowerKey(active);
        return older == null || older <= saidDrained ? Optional.empty() : Optional.of(older);
    }

    void saidDrained(long epoch) {
        saidDrained = epoch;
    }
}
