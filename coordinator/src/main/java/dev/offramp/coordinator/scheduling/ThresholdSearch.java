package dev.offramp.coordinator.scheduling;

import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitProfile;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds the thresholds that are worth most when every exit has its price: the mean over the samples of (1 if right, less
 * the price of the exit at which the sample leaves). One exit at a time, from the last to the first, against what the
 * deeper exits make of each sample: with the others fixed, the best threshold is a prefix of the samples by falling
 * confidence, so it is found exactly in one pass. Swept until nothing changes; O(sweeps × exits × samples). Confined.
 */
final class ThresholdSearch {
    private static final int MAX_SWEEPS = 8;
    private static final double GAIN = 1e-12;

    private final ExitProfile profile;
    /** By exit: samples by falling confidence. */
    private final int[][] order;

    private final double[] onward;
    private final int[] leaves;

    ThresholdSearch(ExitProfile profile) {
        this.profile = profile;
        this.order = new int[profile.exits()][];
        for (int i = 0; i < order.length; i++) {
            int exit = i + 1;
            order[i] = IntStream.range(0, profile.samples())
                    .boxed()
                    .sorted(Comparator.comparingDouble(sample -> -profile.confidence(exit, sample)))
                    .mapToInt(Integer::intValue)
                    .toArray();
        }
        this.onward = new double[profile.samples()];
        this.leaves = new int[profile.samples()];
    }

    /**
     * The best vector that sweeps find from all exits closed.
     *
     * @param price of leaving at each exit, from exit 1, in right answers
     */
    Thresholds best(double[] price) {
        int last = profile.exits() - 1;
        float[] closed = new float[last + 1];
        Arrays.fill(closed, Thresholds.CLOSED);
        return best(price, closed);
    }

    /** The best vector that sweeps find from some vectors, each with a threshold per exit. */
    Thresholds best(double[] price, List<float[]> starts) {
        Thresholds best = best(price);
        double most = value(best, price);
        for (float[] start : starts) {
            Thresholds found = best(price, Arrays.copyOf(start, price.length));
            double value = value(found, price);
            if (value > most) {
                most = value;
                best = found;
            }
        }
        return best;
    }

    private double value(Thresholds thresholds, double[] price) {
        float[] values = thresholds.toArray();
        double sum = 0;
        for (int sample = 0; sample < leaves.length; sample++) {
            sum += worth(exitOf(sample, values), sample, price);
        }
        return sum / leaves.length;
    }

    private Thresholds best(double[] price, float[] thresholds) {
        thresholds[thresholds.length - 1] = 0f;
        for (int sweep = 0; sweep < MAX_SWEEPS && sweep(price, thresholds); sweep++) {
            // Each sweep improves, or is the last.
        }
        return Thresholds.of(thresholds);
    }

    private boolean sweep(double[] price, float[] thresholds) {
        int last = profile.exits() - 1;
        for (int sample = 0; sample < leaves.length; sample++) {
            leaves[sample] = exitOf(sample, thresholds);
            onward[sample] = worth(last, sample, price);
        }
        boolean changed = false;
        for (int exit = last - 1; exit >= 0; exit--) {
            float found = bestThreshold(exit, price);
            changed |= found != thresholds[exit];
            thresholds[exit] = found;
            for (int sample = 0; sample < leaves.length; sample++) {
                if (profile.confidence(exit + 1, sample) >= found) {
                    onward[sample] = worth(exit, sample, price);
                }
            }
        }
        return changed;
    }

    private int exitOf(int sample, float[] thresholds) {
        int exit = 0;
        while (exit < thresholds.length - 1 && profile.confidence(exit + 1, sample) < thresholds[exit]) {
            exit++;
        }
        return exit;
    }

    private double worth(int exit, int sample, double[] price) {
        return (profile.isCorrect(exit + 1, sample) ? 1 : 0) - price[exit];
    }

    /** Half-way between the last sample that should leave and the first that should not. */
    private float bestThreshold(int exit, double[] price) {
        int[] byConfidence = order[exit];
        double gain = 0;
        double most = GAIN;
        float threshold = Thresholds.CLOSED;
        for (int i = 0; i < byConfidence.length; i++) {
            int sample = byConfidence[i];
            if (leaves[sample] >= exit) {
                gain += worth(exit, sample, price) - onward[sample];
            }
            float own = profile.confidence(exit + 1, sample);
            float next = i + 1 < byConfidence.length ? profile.confidence(exit + 1, byConfidence[i + 1]) : 0f;
            if (gain > most && next < own) {
                most = gain;
                threshold = i + 1 < byConfidence.length ? (own + next) / 2 : 0f;
            }
        }
        return threshold;
    }
}
