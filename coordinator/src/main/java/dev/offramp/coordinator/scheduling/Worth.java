package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.predict.Predictor;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import java.util.Map;

/** What orders are worth in a situation by prediction, a surge included. Confined. */
final class Worth {
    private final Situation situation;
    private final Predictor predictor;
    private final Objective objective;

    Worth(Situation situation, Predictor predictor, Objective objective) {
        this.situation = situation;
        this.predictor = predictor;
        this.objective = objective;
    }

    double of(Map<ServiceId, Orders> orders) {
        double expected = value(situation.workload(), orders);
        return situation
                .surge()
                .map(surge -> (1 - surge.weight()) * expected
                        + surge.weight() * value(situation.workload().faster(surge.factor()), orders))
                .orElse(expected);
    }

    private double value(Workload workload, Map<ServiceId, Orders> orders) {
        return objective.value(predictor.predict(situation.deployment(), workload, orders));
    }
}
