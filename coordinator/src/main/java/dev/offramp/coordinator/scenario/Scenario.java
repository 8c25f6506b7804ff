package dev.offramp.coordinator.scenario;

import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import java.util.Map;

/**
 * What is simulated.
 *
 * @param orders of every service
 */
public record Scenario(Deployment deployment, Workload workload, Map<ServiceId, Orders> orders) {
    public Scenario {
        orders = Map.copyOf(orders);
    }
}
