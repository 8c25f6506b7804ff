package dev.offramp.coordinator.cli.bench.freshness;

import dev.offramp.proto.v1.Overflow;
import java.time.Duration;
import java.util.Locale;

/**
 * How a service treats jobs that are too many.
 *
 * @param deadline after which a job is not worth a server
 */
record Mode(Overflow overflow, Duration deadline) {
    /** As placements name it. */
    String name() {
        return overflow.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
