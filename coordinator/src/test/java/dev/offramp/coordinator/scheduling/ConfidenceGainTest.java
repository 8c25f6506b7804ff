package dev.offramp.coordinator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.predict.Prediction;
import dev.offramp.coordinator.predict.Predictor;
import dev.offramp.coordinator.predict.analytic.AnalyticPredictor;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against exhaustive search, random search, and the Bayesian optimisation in whose place it is. */
class ConfidenceGainTest {
    private static final double LOSS_BOUND = 0.01;
    private static final double[] LOADS = {0.8, 1.2, 1.6, 2.2};

    /** Counts how often it is asked. */
    private static final class Counted implements Predictor {
        private final Predictor predictor = new AnalyticPredictor();
        private int asked;

        @Override
        public boolean followsPace() {
            return predictor.followsPace();
        }

        @Override
        public Prediction predict(Deployment deployment, Workload workload, Map<ServiceId, Orders> orders) {
            asked++;
            return predictor.predict(deployment, workload, orders);
        }
    }

    private final Counted predictor = new Counted();
    private final ConfidenceGain scheduler = new ConfidenceGain(predictor, LOSS_BOUND);

    private static Situation situation(int exits, double load, long seed) {
        Deployment deployment = Cases.gateway(Cases.profile(400, exits, seed), 8);
        return Situation.initial(deployment, Cases.workload(deployment, load / (exits * Cases.SECONDS_PER_EXIT)));
    }

    private double found(Situation situation) {
        Orders orders = Objects.requireNonNull(scheduler.schedule(situation).get(Cases.service(0)));
        return value(situation, orders.alternatives().getFirst().thresholds());
    }

    private double value(Situation situation, Thresholds thresholds) {
        return scheduler.value(situation, Map.of(Cases.service(0), thresholds));
    }

    @Test
    void isAsGoodAsTheBestOfAllThresholdsOnAGrid() {
        List<Double> missing = new ArrayList<>();
        for (long seed = 1; seed <= 5; seed++) {
            for (double load : LOADS) {
                Situation situation = situation(3, load, seed);
                double best = Double.NEGATIVE_INFINITY;
                for (int i = 0; i <= 40; i++) {
                    for (int j = 0; j <= 40; j++) {
                        best = Math.max(best, value(situation, Thresholds.of(i / 39f, j / 39f, 0f)));
                    }
                }
                missing.add(best - found(situation));
            }
        }

        assertThat(mean(missing)).as("of confidence: %s", missing).isLessThan(0.004);
        assertThat(missing).allMatch(one -> one < 0.012);
    }

    @Test
    @Tag("slow")
    void doesAsWellAsBayesianOptimisationAndBetterThanChanceWithAsManyPredictions() {
        int exits = 8;
        List<Double> overBayesian = new ArrayList<>();
        List<Double> overChance = new ArrayList<>();
        for (long seed = 1; seed <= 5; seed++) {
            for (double load : LOADS) {
                Situation situation = situation(exits, load, seed);
                predictor.asked = 0;
                scheduler.schedule(situation);
                int budget = predictor.asked;
                double own = found(situation);
                RandomGenerator random = Cases.random(seed);
                double bayesian = new BayesianSearch(point -> value(situation, thresholds(point)), exits - 1, random)
                        .search(budget);
                double chance = Double.NEGATIVE_INFINITY;
                for (int i = 0; i < budget; i++) {
                    chance = Math.max(
                            chance,
                            value(
                                    situation,
                                    thresholds(random.doubles(exits - 1).toArray())));
                }
                overBayesian.add(own - bayesian);
                overChance.add(own - chance);
            }
        }

        assertThat(mean(overBayesian))
                .as("over Bayesian optimisation: %s", overBayesian)
                .isGreaterThan(-0.001);
        assertThat(mean(overChance)).as("over chance: %s", overChance).isGreaterThan(0.005);
        assertThat(overChance).as("over chance").allMatch(lead -> lead > -0.002);
    }

    @Test
    void sameQuestionSameAnswer() {
        Situation situation = situation(5, 1.4, 3);

        assertThat(scheduler.schedule(situation)).isEqualTo(scheduler.schedule(situation));
    }

    private static Thresholds thresholds(double[] point) {
        float[] values = new float[point.length + 1];
        for (int i = 0; i < point.length; i++) {
            values[i] = (float) (1.01 * point[i]);
        }
        return Thresholds.of(values);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
