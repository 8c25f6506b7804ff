package dev.offramp.coordinator.cli;

import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import java.util.Map;

/** What a scenario file says. */
record Scenario(Deployment deployment, Workload workload, Map<ServiceId, Orders> orders) {}
