package dev.offramp.coordinator.predict.analytic;

import dev.offramp.coordinator.simulation.ArrivalProcess;
import java.util.Arrays;

/** Variance over mean of the number of arrivals in long times; 1 for Poisson arrivals. */
final class Dispersion {
    private Dispersion() {}

    static double of(ArrivalProcess process) {
        return switch (process) {
            case ArrivalProcess.Poisson poisson -> 1;
            case ArrivalProcess.Periodic periodic -> 0;
            case ArrivalProcess.Mmpp mmpp -> modulated(mmpp);
            case ArrivalProcess.Trace trace -> scv(trace.interarrivals());
        };
    }

    /**
     * 1 + 2 (λ₁ − λ₂)² σ₁σ₂ / ((σ₁ + σ₂)² (λ₁σ₂ + λ₂σ₁)), with σ the rates of leaving the states. Heffes and Lucantoni, IEEE
     * JSAC 4 (1986), 10.1109/JSAC.1986.1146393.
     */
    private static double modulated(ArrivalProcess.Mmpp process) {
        double leaveBurst = 1 / process.meanBurst();
        double leaveCalm = 1 / process.meanCalm();
        double difference = process.burstRate() - process.calmRate();
        double sum = leaveBurst + leaveCalm;
        return 1
                + 2
                        * difference
                        * difference
                        * leaveBurst
                        * leaveCalm
                        / (sum * sum * (process.burstRate() * leaveCalm + process.calmRate() * leaveBurst));
    }

    private static double scv(double[] times) {
        double mean = Arrays.stream(times).average().orElseThrow();
        double square = Arrays.stream(times).map(time -> time * time).average().orElseThrow();
        return Math.max(0, square / (mean * mean) - 1);
    }
}
