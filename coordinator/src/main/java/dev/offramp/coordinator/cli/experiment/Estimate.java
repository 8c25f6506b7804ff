package dev.offramp.coordinator.cli.experiment;

import java.util.List;
import org.hipparchus.distribution.continuous.TDistribution;

/** A mean of independent replications and half the width of its 95 % confidence interval (Student's t). */
record Estimate(double mean, double halfWidth) {
    private static final double LEVEL = 0.975;

    static Estimate of(List<Double> values) {
        int count = values.size();
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
        if (count < 2) {
            return new Estimate(mean, Double.NaN);
        }
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        double quantile = new TDistribution(count - 1).inverseCumulativeProbability(LEVEL);
        return new Estimate(mean, quantile * Math.sqrt(squares / (count - 1) / count));
    }
}
