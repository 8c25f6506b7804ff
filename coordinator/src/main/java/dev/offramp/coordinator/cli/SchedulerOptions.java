package dev.offramp.coordinator.cli;

import dev.offramp.coordinator.control.pilot.SchedulerChoice;
import dev.offramp.coordinator.placement.Nearest;
import dev.offramp.coordinator.scheduling.Schedulers;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which scheduler sets a policy and what it is to maximise: a mixin. */
final class SchedulerOptions {
    private static final double NANOS_PER_SECOND = 1e9;

    /** Names for help and completion. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Schedulers.NAMES.iterator();
        }
    }

    @Option(
            names = "--scheduler",
            paramLabel = "NAME",
            completionCandidates = Names.class,
            description = "Lets a scheduler set the policy from now on: ${COMPLETION-CANDIDATES}.")
    private @Nullable String scheduler;

    @Option(
            names = "--accuracy-weight",
            paramLabel = "W",
            description = "Of right answers per accepted job (default: 1).")
    private @Nullable Double accuracyWeight;

    @Option(
            names = "--loss-bound",
            paramLabel = "SHARE",
            description = "Loss ratio up to which losses are no worse than wrong answers (default: 0.01).")
    private @Nullable Double lossBound;

    @Option(names = "--loss-weight", paramLabel = "W", description = "Of the loss ratio beyond its bound (default: 1).")
    private @Nullable Double lossWeight;

    @Option(
            names = "--latency-bound",
            paramLabel = "DURATION",
            description = "Mean latency that costs nothing, e.g. 500ms (default: any).")
    private @Nullable Duration latencyBound;

    @Option(
            names = "--latency-weight",
            paramLabel = "W",
            description = "Of the mean latency beyond its bound, in bounds (default: 1).")
    private @Nullable Double latencyWeight;

    boolean isGiven() {
        return scheduler != null;
    }

    private boolean hasObjective() {
        return accuracyWeight != null
                || lossBound != null
                || lossWeight != null
                || latencyBound != null
                || latencyWeight != null;
    }

    /** Empty if no scheduler is named. */
    Optional<SchedulerChoice> choice() throws CliException {
        String name = scheduler;
        if (name == null) {
            if (hasObjective()) {
                throw new CliException(
                        ExitCode.USAGE, "weights and bounds are a scheduler's: name it, e.g. --scheduler ceen");
            }
            return Optional.empty();
        }
        if (!Schedulers.NAMES.contains(name)) {
            throw new CliException(
                    ExitCode.USAGE,
                    "there is no scheduler '%s'%s".formatted(name, Nearest.hint(name, Schedulers.NAMES)));
        }
        SchedulerChoice standard = SchedulerChoice.of(name);
        Duration bound = latencyBound;
        try {
            return Optional.of(new SchedulerChoice(
                    name,
                    or(accuracyWeight, standard.accuracyWeight()),
                    or(lossBound, standard.lossBound()),
                    or(lossWeight, standard.lossWeight()),
                    bound == null ? standard.latencyBoundSeconds() : bound.toNanos() / NANOS_PER_SECOND,
                    or(latencyWeight, standard.latencyWeight())));
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private static double or(@Nullable Double given, double standard) {
        return given == null ? standard : given;
    }
}
