package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.predict.Prediction;

/**
 * What is maximised: Σ λ_i (α·A_i(1 − L_i)) / Σ λ_i − β·max(0, L − L*) − γ·max(0, R/R* − 1), with A_i(1 − L_i)
 * the share of the accepted jobs of service i that get a right answer in time, L the loss ratio and R the mean latency
 * over all services. CEED's objective (INFOCOM 2025) has the accuracy of completed jobs in place of the first term;
 * counting lost jobs as wrong keeps it from buying accuracy with losses below L*. Immutable.
 *
 * @param accuracyWeight α
 * @param lossBound L*
 * @param lossWeight β
 * @param latencyBoundSeconds R*; infinite for no bound
 * @param latencyWeight γ
 */
public record Objective(
        double accuracyWeight, double lossBound, double lossWeight, double latencyBoundSeconds, double latencyWeight) {
    public Objective {
        if (!(accuracyWeight >= 0
                && lossBound >= 0
                && lossWeight >= 0
                && latencyBoundSeconds > 0
                && latencyWeight >= 0)) {
            throw new IllegalArgumentException(
                    "accuracy weight %s, loss bound %s, loss weight %s, latency bound %s s, latency weight %s: expected none below 0, and a bound above 0 s"
                            .formatted(accuracyWeight, lossBound, lossWeight, latencyBoundSeconds, latencyWeight));
        }
    }

    /** Right answers per accepted job; losses beyond 1 % count twice. */
    public static Objective standard() {
        return new Objective(1, 0.01, 1, Double.POSITIVE_INFINITY, 1);
    }

    public double value(Prediction prediction) {
        double correct = 0;
        double lost = 0;
        double latency = 0;
        double rate = 0;
        for (Prediction.OfService service : prediction.services()) {
            rate += service.arrivalRate();
            correct += service.arrivalRate() * service.correctGoodput();
            lost += service.arrivalRate() * service.lossRatio();
            latency += service.arrivalRate() * service.meanLatency();
        }
        double value = rate == 0 ? 0 : accuracyWeight * correct / rate;
        value -= lossWeight * Math.max(0, lost / rate - lossBound);
        return value - latencyWeight * Math.max(0, latency / rate / latencyBoundSeconds - 1);
    }
}
