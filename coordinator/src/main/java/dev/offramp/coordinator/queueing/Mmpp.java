package dev.offramp.coordinator.queueing;

/**
 * A Poisson process whose rate is switched between two values by a Markov chain: bursts and lulls.
 *
 * @param firstRate arrivals per unit of time in the first phase, 0 or more
 * @param secondRate the same in the second phase; not both are 0
 * @param leaveFirst rate at which the first phase ends
 * @param leaveSecond rate at which the second phase ends
 */
public record Mmpp(double firstRate, double secondRate, double leaveFirst, double leaveSecond) {
    public Mmpp {
        Arguments.notNegative("rate of the first phase", firstRate);
        Arguments.notNegative("rate of the second phase", secondRate);
        Arguments.positive("rate of leaving the first phase", leaveFirst);
        Arguments.positive("rate of leaving the second phase", leaveSecond);
        Arguments.positive("sum of the rates", firstRate + secondRate);
    }

    /** The mean arrival rate, (λ₁σ₂ + λ₂σ₁)/(σ₁ + σ₂). */
    public double arrivalRate() {
        return (firstRate * leaveSecond + secondRate * leaveFirst) / (leaveFirst + leaveSecond);
    }

    /**
     * Variance of the count over its mean, over a long time: 1 + 2σ₁σ₂(λ₁ − λ₂)² / ((σ₁ + σ₂)²(λ₁σ₂ + λ₂σ₁)).
     *
     * <p>Fischer, Meier-Hellstern, <i>The Markov-modulated Poisson process cookbook</i>, Performance Evaluation 18 (1993),
     * DOI 10.1016/0166-5316(93)90035-S.
     */
    public double countDispersion() {
        double leave = leaveFirst + leaveSecond;
        double difference = firstRate - secondRate;
        return 1
                + 2
                        * leaveFirst
                        * leaveSecond
                        * difference
                        * difference
                        / (leave * leave * (firstRate * leaveSecond + secondRate * leaveFirst));
    }
}
