package dev.offramp.coordinator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BoundedKnapsackTest {
    private static final int SEEDS = 200;

    @Test
    void isAsGoodAsTheBestOfAllCounts() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            RandomGenerator random = Cases.random(seed);
            double[] weights = {random.nextDouble(), random.nextDouble() + 0.5, random.nextDouble() + 1};
            double[] values = {random.nextDouble(), random.nextDouble() + 0.3, random.nextDouble() + 0.5};
            int items = 1 + random.nextInt(6);
            double budget = 4 * random.nextDouble();
            int[] counts = BoundedKnapsack.solve(weights, values, items, budget);
            double weight = 0;
            double value = 0;
            int jobs = 0;
            for (int i = 0; i < counts.length; i++) {
                weight += counts[i] * weights[i];
                value += counts[i] * values[i];
                jobs += counts[i];
            }
            assertThat(weight).as("seed %d", seed).isLessThanOrEqualTo(budget + 1e-6);
            assertThat(jobs).as("seed %d", seed).isLessThanOrEqualTo(items);
            // Weights are rounded up by at most a thousandth of the budget each.
            double slack = budget * items / 1000;
            assertThat(value)
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(exhaustive(weights, values, items, budget - slack));
        }
    }

    private static double exhaustive(double[] weights, double[] values, int items, double budget) {
        double best = 0;
        for (int a = 0; a <= items; a++) {
            for (int b = 0; a + b <= items; b++) {
                for (int c = 0; a + b + c <= items; c++) {
                    if (a * weights[0] + b * weights[1] + c * weights[2] <= budget) {
                        best = Math.max(best, a * values[0] + b * values[1] + c * values[2]);
                    }
                }
            }
        }
        return best - 1e-9;
    }

    @Test
    void noBudgetTakesNothing() {
        assertThat(BoundedKnapsack.solve(new double[] {1}, new double[] {1}, 3, -1))
                .containsExactly(0);
    }
}
