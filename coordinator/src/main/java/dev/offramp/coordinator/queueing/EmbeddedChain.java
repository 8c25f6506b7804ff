package dev.offramp.coordinator.queueing;

/**
 * The Markov chain of the number of jobs that a departing job leaves behind, 0 … K − 1.
 *
 * <p>With A arrivals in a service time, n → min(max(n, 1) − 1 + A, K − 1). The flow through the cut above n gives
 *
 * <pre>π_{n+1} a_0 = π_0 P(A ≥ n + 1) + Σ_{j=1..n} π_j P(A ≥ n − j + 2),   n = 0 … K − 2,</pre>
 *
 * which adds positive terms only and is therefore stable where the usual recursion subtracts (Gross, Shortle, Thompson,
 * Harris, <i>Fundamentals of Queueing Theory</i>, 4th ed., chapter 5, DOI 10.1002/9781118625651). Confined to a
 * thread; reused, so that solving allocates nothing.
 */
final class EmbeddedChain {
    /** Below this P(A = 0) the station is full at every moment that a double can tell from never. */
    private static final double LEAST_NONE = 1e-100;

    private static final double RESCALE_ABOVE = 1e150;

    private double[] left = new double[16];
    private double emptyProbability = 1;
    private double meanLeft;

    /**
     * Solves the chain.
     *
     * @param none P(A = 0)
     * @param tails P(A ≥ j) at index j, for j = 0 … K − 1 at least
     */
    void solve(int capacity, double none, double[] tails) {
        if (left.length < capacity) {
            left = new double[capacity];
        }
        double[] pi = left;
        pi[0] = 1;
        double scale = 1 / Math.max(none, LEAST_NONE);
        for (int n = 0; n + 1 < capacity; n++) {
            double up = pi[0] * tails[n + 1];
            for (int j = 1; j <= n; j++) {
                up += pi[j] * tails[n - j + 2];
            }
            pi[n + 1] = up * scale;
            if (pi[n + 1] > RESCALE_ABOVE) {
                for (int j = 0; j <= n + 1; j++) {
                    pi[j] /= RESCALE_ABOVE;
                }
            }
        }
        double sum = 0;
        double weighted = 0;
        for (int n = 0; n < capacity; n++) {
            sum += pi[n];
            weighted += n * pi[n];
        }
        for (int n = 0; n < capacity; n++) {
            pi[n] /= sum;
        }
        emptyProbability = pi[0];
        meanLeft = weighted / sum;
    }

    /** π_0. */
    double emptyProbability() {
        return emptyProbability;
    }

    /** Σ n π_n. */
    double meanLeft() {
        return meanLeft;
    }

    /** π_n. */
    double left(int n) {
        return left[n];
    }
}
