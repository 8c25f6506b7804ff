package dev.offramp.coordinator.control.pilot;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One decision about a service's policy. Immutable.
 *
 * @param number from 1, by service
 * @param atNanos on the coordinator's clock
 * @param arrivalRate jobs per second, as estimated
 * @param forecast under the orders that were decided; empty where no exit profile is known
 * @param ifKept under the orders that were in force
 * @param gain of the objective over the orders in force; empty without a forecast
 * @param policyVersion in force from the decision on
 * @param observed what was seen since; empty at first
 * @param verdict on the forecast, empty until there is one
 */
public record Decision(
        long number,
        long atNanos,
        Trigger trigger,
        String scheduler,
        double arrivalRate,
        Optional<Forecast> forecast,
        Optional<Forecast> ifKept,
        OptionalDouble gain,
        Action action,
        long policyVersion,
        String note,
        Optional<Observation> observed,
        String verdict) {
    /** What was done. */
    public enum Action {
        /** A new policy version went out. */
        PUSHED("pushed"),
        /** The policy stays. */
        KEPT("kept"),
        /** The policy before came back. */
        FELL_BACK("fell back"),
        /** The scheduler could not decide; the note says why. */
        FAILED("failed");

        private final String text;

        Action(String text) {
            this.text = text;
        }

        /** For people. */
        public String text() {
            return text;
        }
    }

    /** One line for the log. */
    public String summary() {
        String predicted = forecast.map(one -> String.format(
                        Locale.ROOT,
                        ", predicted loss %.1f %%, accuracy %.1f %%",
                        100 * one.lossRatio(),
                        100 * one.accuracy()))
                .orElse("");
        return String.format(
                Locale.ROOT,
                "%s %s policy %d (%s, %.1f jobs/s%s)%s",
                scheduler,
                action.text(),
                policyVersion,
                trigger.text(),
                arrivalRate,
                predicted,
                note.isEmpty() ? "" : ": " + note);
    }

    Decision seen(Observation observation, String newVerdict) {
        return new Decision(
                number,
                atNanos,
                trigger,
                scheduler,
                arrivalRate,
                forecast,
                ifKept,
                gain,
                action,
                policyVersion,
                note,
                Optional.of(observation),
                newVerdict);
    }
}
