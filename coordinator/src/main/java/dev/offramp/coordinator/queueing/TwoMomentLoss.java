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
        if (!(offeredLoad >= 0) || !(serviceScv >= 0) || capacity < 1) {
            throw new IllegalArgumentException(
                    "offered load %s, scv %s, capacity %d: expected none below 0, and room for a job"
                            .formatted(offeredLoad, serviceScv, capacity));
        }
        double x = Math.sqrt(offeredLoad) * (serviceScv - 1);
        if (2 + x <= 0) {
            return Math.max(0, 1 - 1 / offeredLoad);
        }
        double a = (x + 2 * capacity) / (2 + x);
        if (Math.abs(offeredLoad - 1) < NEAR_ONE) {
            return 1 / (a + 1);
        }
        if (offeredLoad > 1) {
            return (1 - 1 / offeredLoad) / (1 - Math.pow(offeredLoad, -(a + 1)));
        }
        return (1 - offeredLoad) * Math.pow(offeredLoad, a) / (1 - Math.pow(offeredLoad, a + 1));
    }
}
