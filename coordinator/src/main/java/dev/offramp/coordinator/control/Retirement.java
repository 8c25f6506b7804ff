package dev.offramp.coordinator.control;

import java.time.Duration;

/**
 * Placements that the nodes shall forget once their jobs have drained.
 *
 * @param epoch this one and older ones
 * @param drain how long their jobs may live
 */
public record Retirement(long epoch, Duration drain) {}
