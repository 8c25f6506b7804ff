package dev.offramp.agent.forward;

/**
 * What the way to a neighbour was lately measured to be.
 *
 * @param roundTripNanos there and back, without a payload
 * @param bytesPerSecond of activations on their way there
 */
public record LinkSpeed(long roundTripNanos, double bytesPerSecond) {}
