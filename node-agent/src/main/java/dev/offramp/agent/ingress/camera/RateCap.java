package dev.offramp.agent.ingress.camera;

/** Lets so many frames a second pass, evenly. Confined to its owner's lock. */
final class RateCap {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double periodNanos;
    private boolean first = true;
    private double dueNanos;

    /** @param perSecond infinite where everything passes */
    RateCap(double perSecond) {
        periodNanos = NANOS_PER_SECOND / perSecond;
    }

    /** Whether the frame that comes now passes. A frame that was due and did not come is made up for, one at most. */
    boolean passes(long nowNanos) {
        if (!first && nowNanos - dueNanos < 0) {
            return false;
        }
        double onTime = first ? nowNanos : Math.max(dueNanos, nowNanos - periodNanos);
        first = false;
        dueNanos = onTime + periodNanos;
        return true;
    }
}
