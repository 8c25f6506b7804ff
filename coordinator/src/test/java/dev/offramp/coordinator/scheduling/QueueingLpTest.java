package dev.offramp.coordinator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.queueing.TwoMomentLoss;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class QueueingLpTest {
    private static final int SEEDS = 20;
    private static final double LOSS_BOUND = 0.02;

    @Test
    void staysBelowTheLossBoundAndIsAsAccurateAsTheBestTriple() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            RandomGenerator random = Cases.random(seed);
            double[] seconds = {0.01, 0.02, 0.035, 0.05, 0.08};
            double[] accuracies = {0.6, 0.7, 0.75, 0.8 + 0.1 * random.nextDouble(), 0.92};
            double rate = 5 + 45 * random.nextDouble();
            int capacity = 2 + random.nextInt(20);
            double[] shares = new QueueingLp(LOSS_BOUND).solve(seconds, accuracies, rate, capacity);
            double found = accuracy(shares, accuracies);
            boolean first = shares[0] == 1;
            assertThat(first || lossRatio(shares, seconds, rate, capacity) <= LOSS_BOUND + 1e-6)
                    .as("seed %d", seed)
                    .isTrue();
            // The means of the programme are a grid: its neighbours cost at most a step of accuracy.
            assertThat(found)
                    .as("seed %d", seed)
                    .isGreaterThan(bestTriple(seconds, accuracies, rate, capacity) - 0.012);
        }
    }

    private static double accuracy(double[] shares, double[] accuracies) {
        double accuracy = 0;
        for (int i = 0; i < shares.length; i++) {
            accuracy += shares[i] * accuracies[i];
        }
        return accuracy;
    }

    private static double lossRatio(double[] shares, double[] seconds, double rate, int capacity) {
        double mean = 0;
        double square = 0;
        for (int i = 0; i < shares.length; i++) {
            mean += shares[i] * seconds[i];
            square += shares[i] * seconds[i] * seconds[i];
        }
        return TwoMomentLoss.lossRatio(rate * mean, Math.max(0, square / (mean * mean) - 1), capacity);
    }

    /** At most three exits are active in an optimum: all triples, shares in steps of a fiftieth. */
    private static double bestTriple(double[] seconds, double[] accuracies, double rate, int capacity) {
        int steps = 50;
        double best = accuracies[0];
        for (int a = 0; a < seconds.length; a++) {
            for (int b = a + 1; b < seconds.length; b++) {
                for (int c = b + 1; c < seconds.length; c++) {
                    for (int i = 0; i <= steps; i++) {
                        for (int j = 0; i + j <= steps; j++) {
                            double[] shares = new double[seconds.length];
                            shares[a] = (double) i / steps;
                            shares[b] = (double) j / steps;
                            shares[c] = 1 - shares[a] - shares[b];
                            if (lossRatio(shares, seconds, rate, capacity) <= LOSS_BOUND) {
                                best = Math.max(best, accuracy(shares, accuracies));
                            }
                        }
                    }
                }
            }
        }
        return best;
    }

    @Test
    void leavesAtTheFirstExitWhereNothingIsFeasible() {
        assertThat(new QueueingLp(0.001).solve(new double[] {1, 2}, new double[] {0.5, 0.9}, 100, 3))
                .containsExactly(1, 0);
    }
}
