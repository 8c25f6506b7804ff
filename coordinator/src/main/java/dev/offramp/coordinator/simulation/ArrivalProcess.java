package dev.offramp.coordinator.simulation;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** When the jobs of a service arrive at its ingress. Rates in jobs per second, times in seconds. Immutable. */
public sealed interface ArrivalProcess {
    /** Long-run arrivals per second. */
    double arrivalRate();

    /** The same process, {@code factor} times as fast. */
    ArrivalProcess faster(double factor);

    /** A new sequence of interarrival times drawn from {@code random}. */
    Interarrivals start(RandomGenerator random);

    /** A running arrival process. Confined. */
    @FunctionalInterface
    interface Interarrivals {
        /** Seconds until the next arrival. */
        double next();
    }

    /** Independent, exponentially distributed interarrival times. */
    record Poisson(double arrivalRate) implements ArrivalProcess {
        public Poisson {
            checkRate(arrivalRate);
        }

        @Override
        public ArrivalProcess faster(double factor) {
            return new Poisson(arrivalRate * factor);
        }

        @Override
        public Interarrivals start(RandomGenerator random) {
            double mean = 1 / arrivalRate;
            return () -> mean * random.nextExponential();
        }
    }

    /** A camera: one frame every {@code 1 / arrivalRate}, the first at a random phase. */
    record Periodic(double arrivalRate) implements ArrivalProcess {
        public Periodic {
            checkRate(arrivalRate);
        }

        @Override
        public ArrivalProcess faster(double factor) {
            return new Periodic(arrivalRate * factor);
        }

        @Override
        public Interarrivals start(RandomGenerator random) {
            double period = 1 / arrivalRate;
            boolean[] started = {false};
            return () -> {
                if (started[0]) {
                    return period;
                }
                started[0] = true;
                return period * random.nextDouble();
            };
        }
    }

    /**
     * Markov-modulated Poisson process of two states: bursts and calm. Fischer and Meier-Hellstern, Performance
     * Evaluation 18 (1993), 10.1016/0166-5316(93)90035-S.
     *
     * @param burstRate arrivals per second in the first state
     * @param calmRate arrivals per second in the second state, may be 0
     * @param meanBurst mean stay in the first state, seconds
     * @param meanCalm mean stay in the second state, seconds
     */
    record Mmpp(double burstRate, double calmRate, double meanBurst, double meanCalm) implements ArrivalProcess {
        public Mmpp {
            checkRate(burstRate);
            if (!(calmRate >= 0) || !(meanBurst > 0) || !(meanCalm > 0)) {
                throw new IllegalArgumentException(
                        "calm rate %s, mean burst %s s, mean calm %s s: expected a rate of at least 0 and positive stays"
                                .formatted(calmRate, meanBurst, meanCalm));
            }
        }

        /** Bursts at {@code ratio} times the mean rate, in a share {@code share} of the time, {@code meanBurst} s long. */
        public static Mmpp bursts(double arrivalRate, double ratio, double share, double meanBurst) {
            double calm = arrivalRate * (1 - share * ratio) / (1 - share);
            return new Mmpp(arrivalRate * ratio, calm, meanBurst, meanBurst * (1 - share) / share);
        }

        @Override
        public double arrivalRate() {
            return (burstRate * meanBurst + calmRate * meanCalm) / (meanBurst + meanCalm);
        }

        @Override
        public ArrivalProcess faster(double factor) {
            return new Mmpp(burstRate * factor, calmRate * factor, meanBurst, meanCalm);
        }

        @Override
        public Interarrivals start(RandomGenerator random) {
            return new Modulated(this, random);
        }
    }

    /** Measured interarrival times, from the first to the last, and again from the first. */
    final class Trace implements ArrivalProcess {
        private final double[] interarrivals;

        private Trace(double[] interarrivals) {
            if (interarrivals.length == 0 || Arrays.stream(interarrivals).anyMatch(one -> !(one >= 0))) {
                throw new IllegalArgumentException("a trace needs at least one interarrival time, and none below 0 s");
            }
            this.interarrivals = interarrivals;
            checkRate(arrivalRate());
        }

        /** Copies the times; seconds. */
        public static Trace of(double... interarrivals) {
            return new Trace(interarrivals.clone());
        }

        @Override
        public double arrivalRate() {
            return interarrivals.length / Arrays.stream(interarrivals).sum();
        }

        @Override
        public ArrivalProcess faster(double factor) {
            return new Trace(
                    Arrays.stream(interarrivals).map(one -> one / factor).toArray());
        }

        @Override
        public Interarrivals start(RandomGenerator random) {
            int[] next = {0};
            return () -> {
                double time = interarrivals[next[0]];
                next[0] = (next[0] + 1) % interarrivals.length;
                return time;
            };
        }

        /** A copy, seconds. */
        public double[] interarrivals() {
            return interarrivals.clone();
        }
    }

    private static void checkRate(double rate) {
        if (!(rate > 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException("arrival rate (%s/s) must be positive and finite".formatted(rate));
        }
    }
}
