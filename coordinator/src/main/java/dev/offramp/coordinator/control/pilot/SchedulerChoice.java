package dev.offramp.coordinator.control.pilot;

import dev.offramp.coordinator.scheduling.Objective;
import dev.offramp.coordinator.scheduling.Schedulers;

/**
 * Which scheduler sets a service's policy, and what it is to maximise, see {@link Objective}. Immutable.
 *
 * @param scheduler one of {@link Schedulers#NAMES}
 * @param latencyBoundSeconds infinite for no bound
 */
public record SchedulerChoice(
        String scheduler,
        double accuracyWeight,
        double lossBound,
        double lossWeight,
        double latencyBoundSeconds,
        double latencyWeight) {
    public SchedulerChoice {
        Schedulers.checkName(scheduler);
        new Objective(accuracyWeight, lossBound, lossWeight, latencyBoundSeconds, latencyWeight);
        if (!Double.isFinite(accuracyWeight)
                || !(lossBound > 0 && lossBound < 1)
                || !Double.isFinite(lossWeight)
                || !Double.isFinite(latencyWeight)) {
            throw new IllegalArgumentException(
                    "accuracy weight %s, loss bound %s, loss weight %s, latency weight %s: expected finite weights, and a bound above 0 and below 1"
                            .formatted(accuracyWeight, lossBound, lossWeight, latencyWeight));
        }
    }

    /** With the standard objective. */
    public static SchedulerChoice of(String scheduler) {
        Objective standard = Objective.standard();
        return new SchedulerChoice(
                scheduler,
                standard.accuracyWeight(),
                standard.lossBound(),
                standard.lossWeight(),
                standard.latencyBoundSeconds(),
                standard.latencyWeight());
    }

    public Objective objective() {
        return new Objective(accuracyWeight, lossBound, lossWeight, latencyBoundSeconds, latencyWeight);
    }
}
