package dev.offramp.coordinator.scheduling;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.hipparchus.special.Erf;

/**
 * Maximises a function of 0 … 1 in every dimension by Bayesian optimisation: a Gaussian process with a squared exponential
 * kernel whose length is the likeliest of a few, and expected improvement (Jones, Schonlau, Welch, J. Global Optim. 13, 1998)
 * over random points and points near the best. Confined.
 */
final class BayesianSearch {
    private static final int FIRST_POINTS = 10;
    private static final int CANDIDATES = 400;
    private static final double[] LENGTHS = {0.2, 0.4, 0.8, 1.6};
    private static final double NUGGET = 1e-6;

    private final ToDoubleFunction<double[]> function;
    private final int dimensions;
    private final RandomGenerator random;
    private final List<double[]> points = new ArrayList<>();
    private final List<Double> values = new ArrayList<>();

    BayesianSearch(ToDoubleFunction<double[]> function, int dimensions, RandomGenerator random) {
        this.function = function;
        this.dimensions = dimensions;
        this.random = random;
    }

    /** The most that was found. */
    double search(int budget) {
        while (points.size() < budget) {
            double[] next = points.size() < FIRST_POINTS ? anywhere() : mostPromising();
            points.add(next);
            values.add(function.applyAsDouble(next));
        }
        return best();
    }

    private double best() {
        return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    private double[] anywhere() {
        return random.doubles(dimensions).toArray();
    }

    private double[] nearBest() {
        double[] near = points.get(values.indexOf(best())).clone();
        for (int i = 0; i < dimensions; i++) {
            near[i] = Math.max(0, Math.min(1, near[i] + 0.08 * random.nextGaussian()));
        }
        return near;
    }

    private double[] mostPromising() {
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        double deviation = Math.sqrt(values.stream()
                        .mapToDouble(value -> (value - mean) * (value - mean))
                        .average()
                        .orElseThrow())
                + 1e-12;
        RealVector scaled = new ArrayRealVector(
                values.stream().mapToDouble(value -> (value - mean) / deviation).toArray());
        Process process = null;
        for (double length : LENGTHS) {
            Process one = new Process(length, scaled);
            process = process == null || one.likelihood > process.likelihood ? one : process;
        }
        Process likeliest = java.util.Objects.requireNonNull(process);
        double target = (best() - mean) / deviation;
        double[] chosen = anywhere();
        double most = Double.NEGATIVE_INFINITY;
        for (double[] candidate : Stream.concat(
                        Stream.generate(this::anywhere).limit(CANDIDATES),
                        Stream.generate(this::nearBest).limit(CANDIDATES))
                .toList()) {
            double improvement = likeliest.expectedImprovement(candidate, target);
            if (improvement > most) {
                most = improvement;
                chosen = candidate;
            }
        }
        return chosen;
    }

    private final class Process {
        private final double length;
        private final CholeskyDecomposition factors;
        private final RealVector weights;
        private final double likelihood;

        Process(double length, RealVector scaled) {
            this.length = length;
            int count = points.size();
            RealMatrix covariance = new Array2DRowRealMatrix(count, count);
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < count; j++) {
                    covariance.setEntry(i, j, kernel(points.get(i), points.get(j)) + (i == j ? NUGGET : 0));
                }
            }
            factors = new CholeskyDecomposition(covariance, 1e-9, 1e-12);
            weights = factors.getSolver().solve(scaled);
            double logDeterminant = 0;
            for (int i = 0; i < count; i++) {
                logDeterminant += Math.log(factors.getL().getEntry(i, i));
            }
            likelihood = -0.5 * scaled.dotProduct(weights) - logDeterminant;
        }

        private double kernel(double[] one, double[] other) {
            double square = 0;
            for (int i = 0; i < one.length; i++) {
                square += (one[i] - other[i]) * (one[i] - other[i]);
            }
            return Math.exp(-square / (2 * length * length));
        }

        double expectedImprovement(double[] at, double target) {
            RealVector covariances = new ArrayRealVector(
                    points.stream().mapToDouble(point -> kernel(at, point)).toArray());
            double mean = covariances.dotProduct(weights);
            double variance =
                    1 + NUGGET - covariances.dotProduct(factors.getSolver().solve(covariances));
            double deviation = Math.sqrt(Math.max(1e-12, variance));
            double z = (mean - target) / deviation;
            double below = 0.5 * (1 + Erf.erf(z / Math.sqrt(2)));
            return (mean - target) * below + deviation * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
        }
    }
}
