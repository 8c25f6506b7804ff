package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.predict.Prediction;
import dev.offramp.coordinator.predict.Predictor;
import dev.offramp.coordinator.simulation.ExitBehaviour;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitProfile;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * For data unlike the calibration set, where labels mean little: maximises the mean confidence of the answers −
 * 100·max(0, L − L*), the objective of the confidence variants of Casale and Roveri (IEEE TC 73, 2024,
 * 10.1109/TC.2023.3333189). In place of their Bayesian optimisation: the best common threshold on a grid, then every exit
 * by itself up and down in halving steps, which needs no model of the objective, as a prediction is cheap.
 */
public final class ConfidenceGain implements Scheduler {
    private static final double LOSS_WEIGHT = 100;
    private static final int GRID = 20;
    private static final float FIRST_STEP = 0.16f;
    private static final float LAST_STEP = 0.02f;

    private final Predictor predictor;
    private final double lossBound;

    /** @param lossBound L* */
    public ConfidenceGain(Predictor predictor, double lossBound) {
        this.predictor = predictor;
        this.lossBound = lossBound;
    }

    @Override
    public Map<ServiceId, Orders> schedule(Situation situation) {
        Map<ServiceId, Thresholds> best = new HashMap<>();
        situation
                .deployment()
                .services()
                .forEach(service ->
                        best.put(service.id(), Thresholds.closed(service.exits().exits())));
        double most = value(situation, best);
        for (int i = 0; i <= GRID; i++) {
            float threshold = (float) i / GRID;
            Map<ServiceId, Thresholds> tried = new HashMap<>();
            best.forEach((id, vector) -> tried.put(id, Vectors.uniform(vector.exits(), threshold)));
            double value = value(situation, tried);
            if (value > most) {
                most = value;
                best.putAll(tried);
            }
        }
        for (float step = FIRST_STEP; step >= LAST_STEP; step /= 2) {
            for (ServiceModel service : situation.deployment().services()) {
                most = moveExits(situation, service, best, most, step);
            }
        }
        return orders(situation, best);
    }

    private double moveExits(
            Situation situation, ServiceModel service, Map<ServiceId, Thresholds> best, double before, float step) {
        double most = before;
        for (int exit = 1; exit < service.exits().exits(); exit++) {
            for (float move : new float[] {step, -step}) {
                Thresholds vector = Objects.requireNonNull(best.get(service.id()));
                float[] values = vector.toArray();
                values[exit - 1] = Math.max(0f, Math.min(Thresholds.CLOSED, Math.min(1.01f, values[exit - 1]) + move));
                Map<ServiceId, Thresholds> tried = new HashMap<>(best);
                tried.put(service.id(), Thresholds.of(values));
                double value = value(situation, tried);
                if (value > most) {
                    most = value;
                    best.putAll(tried);
                }
            }
        }
        return most;
    }

    private static Map<ServiceId, Orders> orders(Situation situation, Map<ServiceId, Thresholds> vectors) {
        Map<ServiceId, Orders> orders = new HashMap<>();
        for (ServiceModel service : situation.deployment().services()) {
            Thresholds vector = Objects.requireNonNull(vectors.get(service.id()));
            orders.put(service.id(), EvenShares.same(service, vector));
        }
        return orders;
    }

    /** What is maximised. */
    double value(Situation situation, Map<ServiceId, Thresholds> vectors) {
        Prediction prediction =
                predictor.predict(situation.deployment(), situation.workload(), orders(situation, vectors));
        double confidence = 0;
        double rate = 0;
        for (ServiceModel service : situation.deployment().services()) {
            double own = situation.workload().of(service.id()).arrivalRate();
            rate += own;
            if (service.exits() instanceof ExitBehaviour.Measured measured) {
                Thresholds vector = Objects.requireNonNull(vectors.get(service.id()));
                confidence += own * meanConfidence(measured.profile(), vector);
            }
        }
        return confidence / rate - LOSS_WEIGHT * Math.max(0, prediction.lossRatio() - lossBound);
    }

    private static double meanConfidence(ExitProfile profile, Thresholds thresholds) {
        double sum = 0;
        for (int sample = 0; sample < profile.samples(); sample++) {
            sum += profile.confidence(profile.exitOf(sample, thresholds, 1), sample);
        }
        return sum / profile.samples();
    }
}
