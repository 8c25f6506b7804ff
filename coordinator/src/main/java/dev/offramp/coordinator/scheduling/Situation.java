package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import java.util.Map;

/**
 * What a scheduler knows. Immutable.
 *
 * @param deployment with the measured service times and exit behaviour
 * @param workload the arrivals expected until the next decision
 * @param inForce orders at the moment, of every service
 * @param jobs number of jobs at each node at the moment, the one in service included; nodes that are missing are empty
 */
public record Situation(
        Deployment deployment, Workload workload, Map<ServiceId, Orders> inForce, Map<NodeId, Integer> jobs) {
    public Situation {
        inForce = Map.copyOf(inForce);
        jobs = Map.copyOf(jobs);
    }

    /** Empty nodes, every job runs to the final exit, all chains get as many. */
    public static Situation initial(Deployment deployment, Workload workload) {
        return new Situation(deployment, workload, EvenShares.orders(deployment, Vectors::closed), Map.of());
    }
}
