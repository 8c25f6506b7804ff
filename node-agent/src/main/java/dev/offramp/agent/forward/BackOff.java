package dev.offramp.agent.forward;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Growing delays between attempts: the {@code n}-th is drawn between half and all of {@code min(max, min × 2ⁿ)}, so that
 * many nodes do not come back at once. Confined to its owner's lock or thread.
 */
public final class BackOff {
    private static final int MAX_DOUBLINGS = 16;

    private final Duration min;
    private final Duration max;
    private final RandomGenerator random;
    private int attempts;

    public BackOff(Duration min, Duration max, RandomGenerator random) {
        this.min = min;
        this.max = max;
        this.random = random;
    }

    /** Delay before the next attempt. */
    public Duration next() {
        long full = Math.min(max.toNanos(), min.toNanos() << Math.min(attempts, MAX_DOUBLINGS));
        attempts++;
        return Duration.ofNanos(full / 2 + (long) (random.nextDouble() * (full - full / 2)));
    }

    /** After a success. */
    public void reset() {
        attempts = 0;
    }
}
