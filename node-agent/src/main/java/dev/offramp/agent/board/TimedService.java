package dev.offramp.agent.board;

import dev.offramp.time.Durations;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** How long an inference shall take, whatever it computes: for experiments with queues. Immutable. */
public record TimedService(Law law, Duration mean) {
    private static final Duration MAX = Duration.ofHours(1);

    /** How service times are distributed. */
    public enum Law {
        /** All the same. */
        DETERMINISTIC,
        EXPONENTIAL;

        /** What people type. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public TimedService {
        if (mean.isZero() || mean.isNegative() || mean.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(
                    "mean service time (%s) must be above 0 and at most an hour".formatted(Durations.format(mean)));
        }
    }

    /** Parses {@code law:mean}, e.g. {@code exponential:5ms}. */
    public static TimedService parse(String text) {
        int colon = text.indexOf(':');
        String key = colon < 0 ? text : text.substring(0, colon);
        Law law = Arrays.stream(Law.values())
                .filter(one -> one.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "law '%s' of service times is not known: expected deterministic or exponential"
                                .formatted(key)));
        if (colon < 0) {
            throw new IllegalArgumentException("'%s' has no mean: expected e.g. %s:5ms".formatted(text, key));
        }
        return new TimedService(law, Durations.parse(text.substring(colon + 1)));
    }

    /** The service time of one inference. */
    long drawNanos(RandomGenerator random) {
        return switch (law) {
            case DETERMINISTIC -> mean.toNanos();
            case EXPONENTIAL -> Math.round(mean.toNanos() * random.nextExponential());
        };
    }

    @Override
    public String toString() {
        return law.key() + ":" + Durations.format(mean);
    }
}
