package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import java.util.Map;

/** Arrivals at nodes. */
final class NodeRates {
    private NodeRates() {}

    /** Jobs per second that would come to {@code node} if none left early or was lost. */
    static double at(Situation situation, NodeId node) {
        double rate = 0;
        for (ServiceModel service : situation.deployment().services()) {
            Map<ChainId, Double> shares = situation.inForce().get(service.id()) == null
                    ? Map.of()
                    : situation.inForce().get(service.id()).chainShares();
            rate += service.chains().stream()
                    .filter(chain -> chain.visits().stream()
                            .anyMatch(visit -> visit.node().equals(node)))
                    .mapToDouble(chain -> shares.getOrDefault(chain.id(), 0.0)
                            * situation.workload().of(service.id()).arrivalRate())
                    .sum();
        }
        return rate;
    }
}
