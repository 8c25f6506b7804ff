package dev.offramp.coordinator.simulation;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Nodes, the links between them, and the services whose chains run over them. Immutable. */
public record Deployment(List<Station> stations, List<Link> links, List<ServiceModel> services) {
    public Deployment {
        stations = List.copyOf(stations);
        links = List.copyOf(links);
        services = List.copyOf(services);
        Set<NodeId> nodes = new HashSet<>();
        for (Station station : stations) {
            if (!nodes.add(station.node())) {
                throw new IllegalArgumentException("two stations are named %s".formatted(station.node()));
            }
        }
        Set<ServiceId> names = new HashSet<>();
        for (ServiceModel service : services) {
            if (!names.add(service.id())) {
                throw new IllegalArgumentException("two services are named %s".formatted(service.id()));
            }
            for (ChainModel chain : service.chains()) {
                for (Visit visit : chain.visits()) {
                    if (!nodes.contains(visit.node())) {
                        throw new IllegalArgumentException(
                                "chain %s visits %s: expected one of %s".formatted(chain.id(), visit.node(), nodes));
                    }
                }
            }
        }
    }
}
