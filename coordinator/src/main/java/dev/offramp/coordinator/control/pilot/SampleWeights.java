package dev.offramp.coordinator.control.pilot;

import dev.offramp.partition.profile.ExitProfile;
import java.util.Arrays;

/** Weights of a profile's samples, which move until the profile shows what was seen. Confined. */
final class SampleWeights {
    private final double[] weights;

    /** All alike. */
    SampleWeights(int samples) {
        weights = new double[samples];
        Arrays.fill(weights, 1.0 / samples);
    }

    /**
     * One step towards {@code seen}: w_s ← w_s Σ_c m_s(c) seen(c) / p(c), p(c) = Σ_s w_s m_s(c). That is the EM step of a
     * mixture's weights (Dempster, Laird, Rubin, JRSS B 39, 1977), and where every sample is in one cell only, the step of
     * proportional fitting (Deming, Stephan, Ann. Math. Statist. 11, 1940). Cells in which there is no sample do not count.
     *
     * @param cells by sample: its probability of being in each cell, summing to 1
     * @param seen share of each cell, summing to 1
     */
    void step(double[][] cells, double[] seen) {
        double[] expected = shares(cells, seen.length);
        double possible = 0;
        for (int cell = 0; cell < seen.length; cell++) {
            possible += expected[cell] > 0 ? seen[cell] : 0;
        }
        if (possible == 0) {
            return;
        }
        double sum = 0;
        for (int sample = 0; sample < weights.length; sample++) {
            double factor = 0;
            for (int cell = 0; cell < seen.length; cell++) {
                factor += expected[cell] > 0 ? cells[sample][cell] * seen[cell] / expected[cell] : 0;
            }
            weights[sample] *= factor;
            sum += weights[sample];
        }
        for (int sample = 0; sample < weights.length; sample++) {
            weights[sample] /= sum;
        }
    }

    /** Of each cell under the weights as they are. */
    double[] shares(double[][] cells, int count) {
        double[] shares = new double[count];
        for (int sample = 0; sample < weights.length; sample++) {
            for (int cell = 0; cell < count; cell++) {
                shares[cell] += weights[sample] * cells[sample][cell];
            }
        }
        return shares;
    }

    /** As many samples of {@code profile}, at even distances along the cumulated weights. */
    ExitProfile redrawn(ExitProfile profile) {
        int samples = profile.samples();
        int[] truth = new int[samples];
        short[][] label = new short[profile.exits()][samples];
        float[][] confidence = new float[profile.exits()][samples];
        int source = 0;
        double cumulated = weights[0];
        for (int sample = 0; sample < samples; sample++) {
            double at = (sample + 0.5) / samples;
            while (cumulated < at && source < samples - 1) {
                cumulated += weights[++source];
            }
            truth[sample] = profile.truth(source);
            for (int exit = 1; exit <= profile.exits(); exit++) {
                label[exit - 1][sample] = (short) profile.label(exit, source);
                confidence[exit - 1][sample] = profile.confidence(exit, source);
            }
        }
        return ExitProfile.of(truth, label, confidence);
    }
}
