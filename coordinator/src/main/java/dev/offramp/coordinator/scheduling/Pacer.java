package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.Station;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds how the load allowed should fall with the jobs in flight: u(n) = g·u*·(1 − (n / (f·C))^p), u* the loads that are
 * best for orders that do not depend on n, C the room for jobs on the nodes of the service. Searched over (g, f, p) by
 * steps up and down in each, by prediction, from the best of a few shapes until none helps. Confined.
 */
final class Pacer {
    private static final double[][] STARTS = {{1.2, 1.0, 1.0}, {1.8, 1.2, 0.5}, {0.9, 1.3, 1.6}};
    private static final double[] FACTORS = {1.6, 1.25, 1.1};
    /** Loads are planned for in multiples of a 16th of those that are best without pacing. */
    private static final int RUNGS = 16;

    private static final int MAX_STEPS = 32;
    private static final double LEAST_LOAD = 0.01;

    private final Situation situation;
    private final CapacityPlanner planner;
    private final double[] loads;
    private final Worth worth;
    private final int maxPredictions;
    private final Map<Long, Map<ServiceId, List<Orders.Alternative>>> plans = new HashMap<>();
    private int predictions;
    private double[] shape = STARTS[0];
    private Map<ServiceId, Orders> orders = Map.of();
    private double value = Double.NEGATIVE_INFINITY;

    Pacer(Situation situation, CapacityPlanner planner, double[] loads, Worth worth, int maxPredictions) {
        this.situation = situation;
        this.planner = planner;
        this.loads = loads;
        this.worth = worth;
        this.maxPredictions = maxPredictions;
    }

    Map<ServiceId, Orders> search() {
        for (double[] start : STARTS) {
            tryShape(start);
        }
        for (double factor : FACTORS) {
            boolean better = true;
            while (better) {
                better = false;
                for (int i = 0; i < shape.length; i++) {
                    better |= tryShape(changed(i, factor)) || tryShape(changed(i, 1 / factor));
                }
            }
        }
        return orders;
    }

    /** What the orders found are worth; negative infinity before a search. */
    double value() {
        return value;
    }

    private double[] changed(int index, double factor) {
        double[] changed = shape.clone();
        changed[index] *= factor;
        return changed;
    }

    private boolean tryShape(double[] tried) {
        if (predictions >= maxPredictions) {
            return false;
        }
        predictions++;
        Map<ServiceId, Orders> candidate = new HashMap<>();
        for (ServiceModel service : situation.deployment().services()) {
            candidate.put(service.id(), orders(service, tried));
        }
        double found = worth.of(candidate);
        if (found <= value) {
            return false;
        }
        value = found;
        orders = candidate;
        shape = tried;
        return true;
    }

    private Orders orders(ServiceModel service, double[] tried) {
        double last = tried[1] * room(service);
        int width = Math.max(1, (int) Math.ceil(last / MAX_STEPS));
        List<Orders.Step> steps = new ArrayList<>();
        for (int n = 0; n < last + width; n += width) {
            double left = 1 - Math.pow(Math.min(1, n / last), tried[2]);
            List<Orders.Alternative> alternatives =
                    plan(Math.round(tried[0] * left * RUNGS) / (double) RUNGS).getOrDefault(service.id(), List.of());
            if (steps.isEmpty() || !steps.get(steps.size() - 1).alternatives().equals(alternatives)) {
                steps.add(new Orders.Step(n, alternatives));
            }
        }
        return new Orders(steps);
    }

    private int room(ServiceModel service) {
        return situation.deployment().stations().stream()
                .filter(station -> service.chains().stream()
                        .flatMap(chain -> chain.visits().stream())
                        .anyMatch(visit -> visit.node().equals(station.node())))
                .mapToInt(Station::capacity)
                .sum();
    }

    private Map<ServiceId, List<Orders.Alternative>> plan(double factor) {
        return plans.computeIfAbsent(Double.doubleToLongBits(factor), bits -> {
            double[] scaled = loads.clone();
            for (int r = 0; r < scaled.length; r++) {
                scaled[r] = Math.max(LEAST_LOAD, scaled[r] * factor);
            }
            return planner.plan(scaled);
        });
    }
}
