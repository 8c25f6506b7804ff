package dev.offramp.coordinator.queueing;

/**
 * How much of the arrivals' and of the service's variability passes a station with a finite buffer.
 *
 * <p>Reflected Brownian motion between 0 and K with drift ρ − 1 and variance σ² per service time is the number of jobs;
 * its local time at 0 is the idle time. With z = 2(ρ − 1)K/σ² the martingale of the idle time has the weight
 * h(x) = (e^{−zx/K} − e^{−z})/(1 − e^{−z}) at x, so that
 *
 * <pre>
 * Var(departures)/t = σ_a² E[h²] + σ_s² E[(1 − h)²]
 * E[h]  = (z − 1 + e^{−z}) / ((e^z − 1)(1 − e^{−z}))
 * E[h²] = (1 − e^{−2z} − 2z e^{−z}) / ((e^z − 1)(1 − e^{−z})²)
 * </pre>
 *
 * Limits: z → −∞ (light load) gives 1: arrivals pass; z → ∞ (saturated) gives 0: service passes; ρ = 1 gives 1/3, the
 * dip known as BRAVO. Sources: Williams, <i>Asymptotic variance parameters for the boundary local times of reflected
 * Brownian motion on a compact interval</i>, J. Appl. Probab. 29 (1992); Nazarathy, <i>The
 * variance of departure processes</i>, Queueing Systems 68 (2011), DOI 10.1007/s11134-011-9249-7. Stateless.
 */
final class ReflectedMotion {
    private static final double NEAR_ZERO = 1e-3;
    private static final double FAR = 50;

    private ReflectedMotion() {}

    /** E[h²]. */
    static double arrivalShare(double z) {
        if (Math.abs(z) < NEAR_ZERO) {
            return 1 / 3.0 - z / 6;
        }
        if (Math.abs(z) > FAR) {
            return z < 0 ? 1 : 0;
        }
        double e = Math.exp(-z);
        return (1 - e * e - 2 * z * e) / ((1 / e - 1) * (1 - e) * (1 - e));
    }

    /** E[(1 − h)²]. */
    static double serviceShare(double z) {
        return Math.max(0, 1 - 2 * mean(z) + arrivalShare(z));
    }

    private static double mean(double z) {
        if (Math.abs(z) < NEAR_ZERO) {
            return 0.5 - z / 6;
        }
        if (Math.abs(z) > FAR) {
            return z < 0 ? 1 : 0;
        }
        double e = Math.exp(-z);
        return (z - 1 + e) / ((1 / e - 1) * (1 - e));
    }
}
