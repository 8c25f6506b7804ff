package dev.offramp.coordinator.control.pilot;

import dev.offramp.coordinator.simulation.ArrivalProcess;

/**
 * An arrival process of a given rate and dispersion: a camera below {@value #REGULAR}, Poisson up to {@value #BURSTY}, and
 * above that bursts of {@value #BURST_SECONDS} s in a fifth of the time. With share p of bursts and difference Δ between
 * the two rates, the dispersion of counts in long times is 1 + 2 p(1 − p)² Δ² b / λ for bursts of mean length b (Heffes and
 * Lucantoni, IEEE JSAC 4, 1986, 10.1109/JSAC.1986.1146393), solved for Δ. Stateless.
 */
final class ArrivalShape {
    private static final double REGULAR = 0.5;
    private static final double BURSTY = 2;
    private static final double SHARE = 0.2;
    private static final double BURST_SECONDS = 1;
    /** Calm times keep some arrivals. */
    private static final double MOST_RATIO = 4.5;

    private ArrivalShape() {}

    static ArrivalProcess of(double rate, double dispersion) {
        if (dispersion < REGULAR) {
            return new ArrivalProcess.Periodic(rate);
        }
        if (dispersion <= BURSTY) {
            return new ArrivalProcess.Poisson(rate);
        }
        double difference =
                Math.sqrt((dispersion - 1) * rate / (2 * SHARE * (1 - SHARE) * (1 - SHARE) * BURST_SECONDS));
        double ratio = 1 + (1 - SHARE) * difference / rate;
        return ArrivalProcess.Mmpp.bursts(rate, Math.min(MOST_RATIO, ratio), SHARE, BURST_SECONDS);
    }
}
