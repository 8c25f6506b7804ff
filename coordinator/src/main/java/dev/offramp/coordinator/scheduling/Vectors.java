package dev.offramp.coordinator.scheduling;

import dev.offramp.partition.policy.Thresholds;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Threshold vectors that schedulers use. Pure. */
final class Vectors {
    private Vectors() {}

    /** Every job leaves at exit {@code exit} (from 1). */
    static Thresholds single(int exits, int exit) {
        float[] values = new float[exits];
        Arrays.fill(values, Thresholds.CLOSED);
        values[exit - 1] = 0f;
        values[exits - 1] = 0f;
        return Thresholds.of(values);
    }

    /** The vectors that force each exit, with the shares that the exits are to have. */
    static Map<Thresholds, Double> forced(double[] shares) {
        Map<Thresholds, Double> vectors = new LinkedHashMap<>();
        for (int exit = 1; exit <= shares.length; exit++) {
            if (shares[exit - 1] > 0) {
                vectors.put(single(shares.length, exit), shares[exit - 1]);
            }
        }
        return vectors;
    }

    /** One exit (from 1) before the final has a threshold, the others are closed. */
    static Thresholds branch(int exits, int branch, float threshold) {
        float[] values = Thresholds.closed(exits).toArray();
        if (branch < exits) {
            values[branch - 1] = threshold;
        }
        return Thresholds.of(values);
    }

    /** The same threshold at every exit but the final. */
    static Thresholds uniform(int exits, float threshold) {
        float[] values = new float[exits];
        Arrays.fill(values, threshold);
        values[exits - 1] = 0f;
        return Thresholds.of(values);
    }
}
