package dev.offramp.coordinator.scheduling;

import java.util.Arrays;

/**
 * Max Σ n_i v_i subject to Σ n_i w_i ≤ budget and Σ n_i ≤ items, n_i ≥ 0 whole. Weights are rounded up to a thousandth of
 * the budget, so that a solution is always feasible and misses the optimum by less than a job in thousand does. Dynamic
 * programme over (jobs, weight). Pure.
 */
final class BoundedKnapsack {
    private static final int STEPS = 1000;

    private BoundedKnapsack() {}

    static int[] solve(double[] weights, double[] values, int items, double budget) {
        int[] counts = new int[weights.length];
        if (!(budget > 0)) {
            return counts;
        }
        int[] steps = new int[weights.length];
        for (int i = 0; i < weights.length; i++) {
            steps[i] = (int) Math.min(STEPS + 1, Math.ceil(weights[i] / budget * STEPS - 1e-9));
        }
        // most[w] after n rounds: the best value of at most n jobs that weigh at most w.
        double[] most = new double[STEPS + 1];
        byte[][] taken = new byte[items][STEPS + 1];
        for (int n = 0; n < items; n++) {
            double[] next = most.clone();
            Arrays.fill(taken[n], (byte) -1);
            for (int i = 0; i < weights.length; i++) {
                for (int w = steps[i]; w <= STEPS; w++) {
                    double value = most[w - steps[i]] + values[i];
                    if (value > next[w] + 1e-12) {
                        next[w] = value;
                        taken[n][w] = (byte) i;
                    }
                }
            }
            most = next;
        }
        int left = STEPS;
        for (int n = items - 1; n >= 0; n--) {
            int i = taken[n][left];
            if (i >= 0) {
                counts[i]++;
                left -= steps[i];
            }
        }
        return counts;
    }
}
