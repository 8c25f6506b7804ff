package dev.offramp.coordinator.cli.bench.overload;

import java.time.Duration;
import java.util.Locale;

/** How the agents' service times are distributed, by name as agents know them. */
enum Law {
    EXPONENTIAL,
    DETERMINISTIC;

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The agent's option; whole microseconds. */
    String option(Duration mean) {
        return "--service-time=%s:%dus".formatted(key(), mean.toNanos() / 1000);
    }
}
