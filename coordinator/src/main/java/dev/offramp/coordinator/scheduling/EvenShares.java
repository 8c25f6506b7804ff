package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Orders of schedulers that do not choose between chains: each chain gets as many jobs as the others. */
final class EvenShares {
    private EvenShares() {}

    /** Every chain gets as many jobs; thresholds by number of exits. */
    static Map<ServiceId, Orders> orders(Deployment deployment, IntFunction<Thresholds> thresholds) {
        Map<ServiceId, Orders> orders = new HashMap<>();
        for (ServiceModel service : deployment.services()) {
            orders.put(
                    service.id(), same(service, thresholds.apply(service.exits().exits())));
        }
        return orders;
    }

    /** Every chain gets as many jobs, all with the same thresholds. */
    static Orders same(ServiceModel service, Thresholds vector) {
        return mixed(service, Map.of(vector, 1.0));
    }

    /** Every chain gets as many jobs, and on each the vectors have the given shares. */
    static Orders mixed(ServiceModel service, Map<Thresholds, Double> vectors) {
        List<Orders.Alternative> alternatives = new ArrayList<>();
        for (ChainModel chain : service.chains()) {
            vectors.forEach((vector, share) -> {
                if (share > 0) {
                    alternatives.add(new Orders.Alternative(
                            chain.id(), vector, share / service.chains().size()));
                }
            });
        }
        return Orders.mix(alternatives);
    }
}
