package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import java.util.Map;
import java.util.Optional;

/**
 * What a scheduler knows. Immutable.
 *
 * @param deployment with the measured service times and exit behaviour
 * @param workload the arrivals expected until the next decision
 * @param inForce orders at the moment, of every service
 * @param jobs number of jobs at each node at the moment, the one in service included; nodes that are missing are empty
 * @param surge what may come before anybody can decide about it; empty where arrivals stay as they are
 */
public record Situation(
        Deployment deployment,
        Workload workload,
        Map<ServiceId, Orders> inForce,
        Map<NodeId, Integer> jobs,
        Optional<Surge> surge) {
    /**
     * More jobs, all of a sudden.
     *
     * @param factor to the arrival rates of the workload
     * @param weight of its value; that of the workload counts 1 − weight
     */
    public record Surge(double factor, double weight) {}

    public Situation {
        inForce = Map.copyOf(inForce);
        jobs = Map.copyOf(jobs);
    }

    /** Without a surge. */
    public Situation(
            Deployment deployment, Workload workload, Map<ServiceId, Orders> inForce, Map<NodeId, Integer> jobs) {
        this(deployment, workload, inForce, jobs, Optional.empty());
    }

    /** Empty nodes, every job runs to the final exit, all chains get as many. */
    public static Situation initial(Deployment deployment, Workload workload) {
        return new Situation(deployment, workload, EvenShares.orders(deployment, Thresholds::closed), Map.of());
    }
}
