package dev.offramp.agent.ingress.camera;

import java.time.Duration;

/**
 * Events a second, lately: each counts as {@code exp(-age / memory)}, and the sum is divided by what a steady rate of one
 * would have come to since the start. Confined to its owner's lock.
 */
final class RateMeter {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MEMORY_NANOS = Duration.ofSeconds(5).toNanos();

    private final long startNanos;
    private long lastNanos;
    private double weight;

    RateMeter(long nowNanos) {
        startNanos = nowNanos;
        lastNanos = nowNanos;
    }

    void record(long nowNanos) {
        weight = weightAt(nowNanos) + 1;
        lastNanos = nowNanos;
    }

    double perSecond(long nowNanos) {
        double seen = -Math.expm1(-(nowNanos - startNanos) / MEMORY_NANOS);
        return seen <= 0 ? 0 : weightAt(nowNanos) / (seen * MEMORY_NANOS / NANOS_PER_SECOND);
    }

    private double weightAt(long nowNanos) {
        return weight * Math.exp(-(nowNanos - lastNanos) / MEMORY_NANOS);
    }
}
