package dev.offramp.coordinator.rpc;

import java.time.Duration;
import java.time.Instant;

/**
 * How great an epoch, or a version of a policy or of feeds, can be: one a millisecond since there are coordinators is more
 * than any can have issued. A node may have acted on newer ones than this coordinator knows of, if it was restored from a
 * backup or begins anew, and those to come are newer still. One that could claim any number would take the next ones
 * away; and a limit that follows what was claimed before would grow with every claim, and refuse honest nodes to a
 * coordinator that is restored. This one depends on the time only. Stateless.
 */
final class MostIssued {
    private static final Instant FIRST_COORDINATOR = Instant.parse("2026-01-01T00:00:00Z");

    /** Also by a coordinator whose clock has not been set yet. */
    private static final long ANYHOW = 1L << 32;

    private MostIssued() {}

    static long by(Instant now) {
        return ANYHOW + Math.max(0, Duration.between(FIRST_COORDINATOR, now).toMillis());
    }
}
