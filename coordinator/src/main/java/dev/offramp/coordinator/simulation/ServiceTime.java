package dev.offramp.coordinator.simulation;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** How long one job occupies the server of a station of speed 1. Seconds. Immutable. */
public sealed interface ServiceTime {
    /** Seconds. */
    double mean();

    /** Squared coefficient of variation: variance over squared mean. */
    double scv();

    /** Draws one, in seconds. */
    double sample(RandomGenerator random);

    /** The same kind with times {@code factor} times as long. */
    ServiceTime times(double factor);

    /** Every job takes as long. */
    record Deterministic(double mean) implements ServiceTime {
        public Deterministic {
            checkMean(mean);
        }

        @Override
        public double scv() {
            return 0;
        }

        @Override
        public double sample(RandomGenerator random) {
            return mean;
        }

        @Override
        public ServiceTime times(double factor) {
            return new Deterministic(mean * factor);
        }
    }

    /** Exponentially distributed. */
    record Exponential(double mean) implements ServiceTime {
        public Exponential {
            checkMean(mean);
        }

        @Override
        public double scv() {
            return 1;
        }

        @Override
        public double sample(RandomGenerator random) {
            return mean * random.nextExponential();
        }

        @Override
        public ServiceTime times(double factor) {
            return new Exponential(mean * factor);
        }
    }

    /** Gamma distributed: shape 1 / scv, scale mean · scv. Sampled after Marsaglia and Tsang (2000, 10.1145/358407.358414). */
    record Gamma(double mean, double scv) implements ServiceTime {
        public Gamma {
            checkMean(mean);
            if (!(scv > 0)) {
                throw new IllegalArgumentException(
                        "scv of a gamma distribution (%s) must be positive\nMaybe a constant time is meant, e.g. 10ms"
                                .formatted(scv));
            }
        }

        @Override
        public double sample(RandomGenerator random) {
            double shape = 1 / scv;
            // Below shape 1: the draw of shape + 1, times U^(1/shape).
            double boost = shape >= 1 ? 1 : Math.pow(random.nextDouble(), scv);
            double d = (shape >= 1 ? shape : shape + 1) - 1.0 / 3;
            double c = 1 / Math.sqrt(9 * d);
            while (true) {
                double x = random.nextGaussian();
                double v = 1 + c * x;
                if (v <= 0) {
                    continue;
                }
                v = v * v * v;
                double u = random.nextDouble();
                if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                    return mean * scv * boost * d * v;
                }
            }
        }

        @Override
        public ServiceTime times(double factor) {
            return new Gamma(mean * factor, scv);
        }
    }

    /** One of the measured times, each as likely as the others. */
    final class Empirical implements ServiceTime {
        private final double[] seconds;
        private final double mean;
        private final double scv;

        private Empirical(double[] seconds) {
            if (seconds.length == 0) {
                throw new IllegalArgumentException("an empirical service time needs at least one measured time");
            }
            Arrays.stream(seconds).forEach(ServiceTime::checkMean);
            this.seconds = seconds;
            this.mean = Arrays.stream(seconds).average().orElseThrow();
            double square =
                    Arrays.stream(seconds).map(one -> one * one).average().orElseThrow();
            this.scv = mean == 0 ? 0 : Math.max(0, square / (mean * mean) - 1);
        }

        /** Copies {@code seconds}. */
        public static Empirical of(double... seconds) {
            return new Empirical(seconds.clone());
        }

        @Override
        public double mean() {
            return mean;
        }

        @Override
        public double scv() {
            return scv;
        }

        @Override
        public double sample(RandomGenerator random) {
            return seconds[random.nextInt(seconds.length)];
        }

        @Override
        public ServiceTime times(double factor) {
            return new Empirical(Arrays.stream(seconds).map(one -> one * factor).toArray());
        }

        /** A copy of the measured times. */
        public double[] seconds() {
            return seconds.clone();
        }
    }

    private static void checkMean(double seconds) {
        if (!(seconds >= 0) || Double.isInfinite(seconds)) {
            throw new IllegalArgumentException("service time (%s s) must be finite and at least 0".formatted(seconds));
        }
    }
}
