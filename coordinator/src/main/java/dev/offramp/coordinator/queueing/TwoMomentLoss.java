package dev.offramp.coordinator.queueing;

/**
 * Loss ratio of M/G/1/K by two moments of the service time: with ρ the offered load and s² the squared coefficient of
 * variation of the service time, x = √ρ(s² − 1) and a = (x + 2K) / (2 + x),
 *
 * <p>L = (1 − ρ)ρ^a / (1 − ρ^{a+1}), the M/M/1/K formula with a fractional capacity (MacGregor Smith, Computers &amp;
 * Operations Research 31 (2004), 10.1016/S0305-0548(03)00074-4). Exact for s² = 1 and for K = 1. Within ±8 % for ρ ≥ 0.95;
 * overestimates tiny losses (s² = 0, ρ = 0.5, K = 10: fourfold). Where 2 + x ≤ 0 (s² = 0, ρ ≥ 4): max(0, 1 − 1/ρ).
 */
public final class TwoMomentLoss {
    private static final double NEAR_ONE = 1e-9;

    private TwoMomentLoss() {}

    /**
     * @param offeredLoad ρ, arrival rate times mean service time
     * @param serviceScv s²
     * @param capacity K, the job in service included
     */
    public static double lossRatio(double offeredLoad, double serviceScv, int capacity) {
        boolean finite = Double.isFinite(offeredLoad) && Double.isFinite(serviceScv);
        if (!finite || offeredLoad < 0 || serviceScv < 0 || capacity < 1) {
            throw new IllegalArgumentException(
                    "offered load %s, scv %s, capacity %d: expected finite ones from 0, and room for a job"
                            .formatted(offeredLoad, serviceScv, capacity));
        }
        if (capacity == 1) {
            return offeredLoad / (1 + offeredLoad);
        }
        double x = Math.sqrt(offeredLoad) * (serviceScv - 1);
        if (2 + x <= 0) {
            return Math.max(0, 1 - 1 / offeredLoad);
        }
        double a = (x + 2.0 * capacity) / (2 + x);
        double log = Math.log(offeredLoad);
        if (Math.abs(log) * (a + 1) < NEAR_ONE) {
            return 1 / (a + 1);
        }
        // By expm1: near ρ = 1 both ends of the fraction are small.
        return offeredLoad > 1
                ? (1 - 1 / offeredLoad) / -Math.expm1(-(a + 1) * log)
                : (1 - offeredLoad) * Math.exp(a * log) / -Math.expm1((a + 1) * log);
    }
}
