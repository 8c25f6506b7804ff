package dev.offramp.agent.forward;

/**
 * What the way to a neighbour was lately measured to be.
 *
 * @param roundTripNanos there and back, without a payload
 * @param bytesPerSecond of activations on their way there
 */
public record LinkSpeed(long roundTripNanos, double bytesPerSecond) {
    private static final double NANOS_PER_SECOND = 1e9;

    /** How long so many bytes are under way. */
    public long oneWayNanos(long bytes) {
        return roundTripNanos / 2 + Math.round(bytes * NANOS_PER_SECOND / bytesPerSecond);
    }
}
