package dev.offramp.coordinator.queueing;

/**
 * M/M/1/K, exact: Poisson arrivals, exponential service, K places with the one in service.
 *
 * <pre>L = (1 − ρ) ρ^K / (1 − ρ^{K+1}),   N = ρ/(1 − ρ) − (K + 1) ρ^{K+1}/(1 − ρ^{K+1}),   T = N / (λ(1 − L))</pre>
 *
 * <p>Kleinrock, <i>Queueing Systems</i> I, section 3.6. Range: every ρ > 0. Limits: ρ = 1 gives L = 1/(K + 1) and
 * N = K/2; ρ → ∞ gives L → 1 − 1/ρ; K = 1 gives ρ/(1 + ρ). The sums are taken from the larger end, so that
 * neither ρ = 1 nor ρ^K can spoil them. Stateless.
 */
public final class Mm1k {
    private Mm1k() {}

    /** The loss ratio by the offered load ρ = λ × mean service time. */
    public static double lossRatio(double offeredLoad, int capacity) {
        Arguments.positive("offered load", offeredLoad);
        Arguments.capacity(capacity);
        return distribution(offeredLoad, capacity)[capacity];
    }

    public static QueueFigures solve(double arrivalRate, double meanServiceTime, int capacity) {
        Arguments.positive("arrival rate", arrivalRate);
        Arguments.positive("mean service time", meanServiceTime);
        Arguments.capacity(capacity);
        double[] number = distribution(arrivalRate * meanServiceTime, capacity);
        double mean = 0;
        for (int n = 1; n <= capacity; n++) {
            mean += n * number[n];
        }
        double loss = number[capacity];
        // λ(1 − L) = μ(1 − p_0), which keeps its digits when L is near 1.
        double busy = 0;
        for (int n = 1; n <= capacity; n++) {
            busy += number[n];
        }
        return new QueueFigures(loss, mean, mean * meanServiceTime / busy);
    }

    /** p_n ∝ ρ^n, or ∝ ρ^{n − K} for ρ > 1. */
    private static double[] distribution(double offeredLoad, int capacity) {
        double[] number = new double[capacity + 1];
        boolean overloaded = offeredLoad > 1;
        double factor = overloaded ? 1 / offeredLoad : offeredLoad;
        double term = 1;
        double sum = 0;
        for (int i = 0; i <= capacity; i++) {
            number[overloaded ? capacity - i : i] = term;
            sum += term;
            term *= factor;
        }
        for (int n = 0; n <= capacity; n++) {
            number[n] /= sum;
        }
        return number;
    }
}
