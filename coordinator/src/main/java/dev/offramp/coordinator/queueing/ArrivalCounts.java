package dev.offramp.coordinator.queueing;

/**
 * How many Poisson arrivals fall into one service time: the law a<sub>k</sub> of the embedded Markov chain.
 *
 * <p>For a gamma service time of squared coefficient of variation c and x expected arrivals the count is negative
 * binomial, a<sub>0</sub> = (1 + cx)<sup>−1/c</sup>, a<sub>k+1</sub> = a<sub>k</sub> x(1 + ck) / ((k + 1)(1 + cx)),
 * which for c → 0 is the Poisson law of a constant service time. Stateless.
 */
final class ArrivalCounts {
    private ArrivalCounts() {}

    /** P(no arrival). */
    static double none(double expected, double serviceScv) {
        return serviceScv > 0 ? Math.exp(-Math.log1p(serviceScv * expected) / serviceScv) : Math.exp(-expected);
    }

    /** Adds {@code weight} times the law to {@code law[0 … last]}. */
    static void addTo(double[] law, int last, double weight, double expected, double serviceScv) {
        double term = weight * none(expected, serviceScv);
        double ratio = expected / (1 + serviceScv * expected);
        for (int k = 0; k <= last; k++) {
            law[k] += term;
            term *= ratio * (1 + serviceScv * k) / (k + 1);
        }
    }
}
