package dev.offramp.coordinator.queueing;

import java.util.Arrays;

/**
 * The embedded chain of a station whose arrivals are more regular, or more bursty, than Poisson.
 *
 * <p>The number A of arrivals in a service time gets the mean ρ and the variance ρI + ρ²c², c² the squared coefficient of
 * variation of all service times and I the dispersion of arrival counts. For I = 1 A is the exact mixture of Poisson (or
 * negative binomial) counts, so that Poisson stations are exact. For I &lt; 1 a part of the arrivals comes surely, one in each
 * service time: A = 1 + … + 1 + Bernoulli(q) + Poisson counts of the rest, as many and as large as the variance demands;
 * the end of it is A ∈ {⌊ρ⌋, ⌈ρ⌉}, a metronome that never queues at ρ &lt; 1 and fills the buffer at ρ > 1. For I > 1 the
 * arrivals of all service times but a share 1/(1 + (I − 1)/max(1, ρ)) are moved into that share, which for ρ &lt; 1 adds the
 * variance ρ²(I − 1) and with it Kingman's wait. Confined to a thread.
 */
final class ShapedArrivals {
    private static final double POISSON = 1e-9;

    private final EmbeddedChain chain = new EmbeddedChain();
    private double[] law = new double[64];
    private double[] tails = new double[64];
    private int sure;
    private double bernoulli;

    /**
     * Solves the chain.
     *
     * @param hops the hops served, whose share of the arrivals is their rate over {@code arrivalRate}
     * @param totalScv c²
     * @param dispersion I
     */
    EmbeddedChain solve(
            HopTable table,
            int[] hops,
            int capacity,
            double arrivalRate,
            double load,
            double totalScv,
            double dispersion) {
        if (law.length <= capacity) {
            law = new double[capacity + 1];
            tails = new double[capacity + 1];
        }
        Arrays.fill(law, 0, capacity + 1, 0);
        sure = 0;
        bernoulli = 0;
        double active = 1;
        if (dispersion < 1 - POISSON) {
            regularise(load, totalScv, load * (1 - dispersion));
        } else if (dispersion > 1 + POISSON) {
            active = 1 / (1 + (dispersion - 1) / Math.max(1, load));
        }
        double rest = Math.max(0, (load - sure - bernoulli) / load) / active;
        for (int hop : hops) {
            double weight = table.rate[hop] / arrivalRate * active;
            ArrivalCounts.addTo(law, capacity, weight, arrivalRate * table.service[hop] * rest, table.serviceScv[hop]);
        }
        law[0] += 1 - active;
        shift(capacity);
        double below = 0;
        for (int j = 0; j <= capacity; j++) {
            tails[j] = Math.max(0, 1 - below);
            below += law[j];
        }
        chain.solve(capacity, law[0], tails);
        return chain;
    }

    /** Chooses sure and Bernoulli arrivals that take {@code target} off the variance. */
    private void regularise(double load, double scv, double target) {
        while (true) {
            double rest = load - sure;
            if (rest <= 0) {
                return;
            }
            double largest = Math.min(1, rest);
            double soFar = sure + scv * (load * load - rest * rest);
            double all = soFar + largest * largest + scv * (rest * rest - (rest - largest) * (rest - largest));
            if (all > target) {
                bernoulli = Math.clamp(root(1 - scv, 2 * scv * rest, target - soFar), 0, largest);
                return;
            }
            if (largest < 1) {
                bernoulli = largest;
                return;
            }
            sure++;
        }
    }

    /** The smallest q ≥ 0 with a q² + b q = c; infinite if there is none. */
    private static double root(double a, double b, double c) {
        if (c <= 0) {
            return 0;
        }
        double discriminant = b * b + 4 * a * c;
        return discriminant < 0 ? Double.POSITIVE_INFINITY : 2 * c / (b + Math.sqrt(discriminant));
    }

    private void shift(int capacity) {
        if (bernoulli > 0) {
            for (int j = capacity; j > 0; j--) {
                law[j] += bernoulli * (law[j - 1] - law[j]);
            }
            law[0] *= 1 - bernoulli;
        }
        if (sure > 0) {
            for (int j = capacity; j >= 0; j--) {
                law[j] = j >= sure ? law[j - sure] : 0;
            }
        }
    }
}
