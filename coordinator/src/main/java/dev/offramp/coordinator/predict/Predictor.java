package dev.offramp.coordinator.predict;

import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import java.util.Map;

/**
 * Says what becomes of the jobs of a deployment. Deterministic: the same question gets the same answer, so that two
 * orders can be compared.
 */
public interface Predictor {
    /** Whether it knows what orders mean that depend on the jobs in flight; where not, it takes the first step for all. */
    boolean followsPace();

    /** @param orders of every service of the deployment */
    Prediction predict(Deployment deployment, Workload workload, Map<ServiceId, Orders> orders);
}
