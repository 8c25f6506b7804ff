package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.predict.Predictor;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import java.util.HashMap;
import java.util.Map;

/** All jobs of a service leave at the same exit: the one of which the predictor expects most, service by service. */
public final class SingleExit implements Scheduler {
    private final Predictor predictor;
    private final Objective objective;

    public SingleExit(Predictor predictor, Objective objective) {
        this.predictor = predictor;
        this.objective = objective;
    }

    @Override
    public Map<ServiceId, Orders> schedule(Situation situation) {
        Map<ServiceId, Orders> best = EvenShares.orders(situation.deployment(), exits -> Vectors.single(exits, 1));
        double most = value(situation, best);
        for (ServiceModel service : situation.deployment().services()) {
            int exits = service.exits().exits();
            for (int exit = 2; exit <= exits; exit++) {
                Map<ServiceId, Orders> tried = new HashMap<>(best);
                tried.put(service.id(), EvenShares.same(service, Vectors.single(exits, exit)));
                double value = value(situation, tried);
                if (value > most) {
                    most = value;
                    best = tried;
                }
            }
        }
        return best;
    }

    private double value(Situation situation, Map<ServiceId, Orders> orders) {
        return objective.value(predictor.predict(situation.deployment(), situation.workload(), orders));
    }
}
