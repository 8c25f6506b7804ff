package dev.offramp.partition;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which partition of which chain is on which node. Immutable.
 *
 * @param epoch rises with every placement; 0 is the empty placement of a new cluster
 * @param dataAddresses {@code host:port} of the data plane of every node that appears in a chain or as ingress
 */
public record Placement(long epoch, List<Service> services, Map<NodeId, String> dataAddresses) {
    public Placement {
        services = List.copyOf(services);
        dataAddresses = Map.copyOf(dataAddresses);
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch (%d) must not be negative".formatted(epoch));
        }
    }

    public static Placement empty() {
        return new Placement(0, List.of(), Map.of());
    }

    public Optional<Service> service(ServiceId id) {
        return services.stream().filter(service -> service.id().equals(id)).findFirst();
    }
}
