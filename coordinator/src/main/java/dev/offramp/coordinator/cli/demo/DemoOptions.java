package dev.offramp.coordinator.cli.demo;

import dev.offramp.coordinator.scheduling.Schedulers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the demo was asked to do. Immutable.
 *
 * @param data keeps logs and state; a temporary directory if empty
 * @param first threshold of every exit in the first half
 * @param second threshold of every exit in the second half
 * @param steered empty: the thresholds are set as these two say
 * @param tls whether every process has a certificate
 */
record DemoOptions(
        Duration duration,
        Rate rate,
        Optional<Path> data,
        long seed,
        float first,
        float second,
        Optional<Steered> steered,
        boolean tls) {
    private static final Duration SHORTEST = Duration.ofSeconds(2);

    /**
     * A scheduler sets the thresholds.
     *
     * @param loadStep whether the load steps up and down; else the camera keeps its rate
     */
    record Steered(String scheduler, boolean loadStep) {
        Steered {
            Schedulers.checkName(scheduler);
        }
    }

    DemoOptions {
        if (duration.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "duration (%s ms) must be at least %d s".formatted(duration.toMillis(), SHORTEST.toSeconds()));
        }
    }

    double seconds() {
        return duration.toMillis() / 1000.0;
    }
}
