package dev.offramp.coordinator.queueing;

/**
 * M/G/1/K, exact for constant, Erlang and gamma service times: Poisson arrivals, K places with the one in service.
 *
 * <p>With π the law of the number left behind by departures ({@link EmbeddedChain}) and ρ the offered load,
 *
 * <pre>p_n = π_n / (π_0 + ρ),  n &lt; K,   L = p_K = 1 − 1/(π_0 + ρ),   N = Σ n p_n,   T = N / (λ(1 − L))</pre>
 *
 * <p>For ρ ≤ 1, L is computed as the expected overflow of one service time over the expected arrivals of one departure,
 * which keeps its digits where the difference above loses them. Source: Gross, Shortle, Thompson, Harris, <i>Fundamentals of Queueing
 * Theory</i>, chapter 5, DOI 10.1002/9781118625651; Takagi, <i>Queueing Analysis</i> 2, chapter 5. Range: every ρ >
 * 0. Limits: K = 1 gives ρ/(1 + ρ) whatever the law of service; scv = 1 is {@link Mm1k}; ρ → ∞ gives 1 − 1/ρ.
 * Stateless.
 */
public final class Mg1k {
    /** Counts this far above the capacity are summed before the rest is called nothing. */
    private static final int MAX_TAIL = 100_000;

    private Mg1k() {}

    public static QueueFigures deterministic(double arrivalRate, double serviceTime, int capacity) {
        return solve(arrivalRate, ServiceMoments.deterministic(serviceTime), capacity);
    }

    public static QueueFigures solve(double arrivalRate, ServiceMoments service, int capacity) {
        Arguments.positive("arrival rate", arrivalRate);
        Arguments.capacity(capacity);
        double load = arrivalRate * service.mean();
        double[] tails = tails(load, service.scv(), capacity);
        EmbeddedChain chain = new EmbeddedChain();
        chain.solve(capacity, ArrivalCounts.none(load, service.scv()), tails);
        double perDeparture = chain.emptyProbability() + load;
        double loss = load > 1 ? 1 - 1 / perDeparture : overflow(chain, tails, capacity) / perDeparture;
        double number = chain.meanLeft() / perDeparture + capacity * loss;
        return new QueueFigures(loss, number, number * perDeparture / arrivalRate);
    }

    /** Σ_n π_n E[(A − room(n))⁺], with E[(A − r)⁺] = Σ_{j>r} P(A ≥ j) and room(n) = K − max(n, 1). */
    private static double overflow(EmbeddedChain chain, double[] tails, int capacity) {
        double[] excess = new double[capacity];
        double sum = 0;
        for (int j = tails.length - 1; j >= 1; j--) {
            sum += tails[j];
            if (j <= capacity) {
                excess[j - 1] = sum;
            }
        }
        double overflow = chain.left(0) * excess[capacity - 1];
        for (int n = 1; n < capacity; n++) {
            overflow += chain.left(n) * excess[capacity - n];
        }
        return overflow;
    }

    /** P(A ≥ j): the small ones summed from the far end, which matters for loads up to 1 only. */
    private static double[] tails(double expected, double scv, int capacity) {
        double spread = Math.sqrt(expected + scv * expected * expected);
        int beyond = expected > 1 ? 1 : (int) Math.min(MAX_TAIL, 60 + 60 * spread * (1 + scv));
        double[] law = new double[capacity + beyond];
        ArrivalCounts.addTo(law, law.length - 1, 1, expected, scv);
        double[] tails = new double[law.length + 1];
        double below = 0;
        for (int j = 0; j < law.length; j++) {
            tails[j] = Math.max(0, 1 - below);
            below += law[j];
        }
        if (expected <= 1) {
            double above = 0;
            for (int j = law.length - 1; j >= 0 && above <= 0.5; j--) {
                above += law[j];
                tails[j] = above;
            }
        }
        return tails;
    }
}
