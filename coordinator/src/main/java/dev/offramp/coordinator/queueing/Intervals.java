package dev.offramp.coordinator.queueing;

/**
 * The law of an interval before an arrival, one per hop: a spacing, and with some probability an exponential more.
 *
 * <pre>interval = d + Y,   Y = 0 with probability 1 − a,   Y ~ Exp(mean θ) with probability a</pre>
 *
 * Three moments' worth of freedom: Poisson (d = 0, a = 1), metronome (a = 0), departures of M/D/1 (d = the service time,
 * a = 1 − ρ, θ = 1/λ). Integrals of it are closed. Confined to a thread.
 */
final class Intervals {
    private static final double NOTHING = 1e-12;

    private final double[] spacing;
    private final double[] tailProbability;
    private final double[] tailMean;

    Intervals(int hops) {
        spacing = new double[hops];
        tailProbability = new double[hops];
        tailMean = new double[hops];
    }

    /** The spacing, and the excess Y by its mean and second moment. */
    void set(int hop, double spacing, double excess, double excessSquared) {
        this.spacing[hop] = spacing;
        if (excess < NOTHING) {
            tailProbability[hop] = 0;
            tailMean[hop] = 1;
        } else {
            double probability = Math.min(1, 2 * excess * excess / Math.max(excessSquared, Double.MIN_NORMAL));
            tailProbability[hop] = probability;
            tailMean[hop] = excess / probability;
        }
    }

    /**
     * A renewal stream of given rate and squared coefficient of variation. Bursts are seen in counts only: from one arrival to
     * the next they look Poisson.
     */
    void setRenewal(int hop, double rate, double scv) {
        double excess = Math.sqrt(Math.min(1, scv)) / rate;
        set(hop, 1 / rate - excess, excess, 2 * excess * excess);
    }

    void copy(int hop, Intervals other, int from) {
        spacing[hop] = other.spacing[from];
        tailProbability[hop] = other.tailProbability[from];
        tailMean[hop] = other.tailMean[from];
    }

    void setSpacing(int hop, double value) {
        spacing[hop] = value;
    }

    double spacing(int hop) {
        return spacing[hop];
    }

    /** a. */
    double tailProbability(int hop) {
        return tailProbability[hop];
    }

    double mean(int hop) {
        return spacing[hop] + tailProbability[hop] * tailMean[hop];
    }

    double variance(int hop) {
        double a = tailProbability[hop];
        return a * (2 - a) * tailMean[hop] * tailMean[hop];
    }

    /** P(interval > t). */
    double survival(int hop, double t) {
        double beyond = t - spacing[hop];
        return beyond < 0 ? 1 : tailProbability[hop] * Math.exp(-beyond / tailMean[hop]);
    }

    /** The density at t, the atom at the spacing not included. */
    double density(int hop, double t) {
        double beyond = t - spacing[hop];
        return beyond <= 0 ? 0 : tailProbability[hop] / tailMean[hop] * Math.exp(-beyond / tailMean[hop]);
    }

    /** ∫₀ᵗ P(interval > u) du. */
    double survivalUpTo(int hop, double t) {
        double beyond = t - spacing[hop];
        return beyond < 0
                ? t
                : spacing[hop] - tailProbability[hop] * tailMean[hop] * Math.expm1(-beyond / tailMean[hop]);
    }

    /** E[(t − interval)⁺]: how long an arrival waits for one that came before it and takes t. */
    double overlap(int hop, double t) {
        double beyond = t - spacing[hop];
        if (beyond <= 0) {
            return 0;
        }
        double mean = tailMean[hop];
        return beyond - tailProbability[hop] * -Math.expm1(-beyond / mean) * mean;
    }
}
