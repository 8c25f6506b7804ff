package dev.offramp.coordinator.cli.demo;

import dev.offramp.partition.policy.Thresholds;
import java.util.OptionalDouble;

/**
 * A policy the demo has set.
 *
 * @param purpose for people
 * @param thresholds of every chain
 * @param fromSeconds since the camera's start; negative before it
 * @param acknowledgedMillis until the last node had acknowledged it; empty if some did not in time
 */
record PolicyUse(
        long version, String purpose, Thresholds thresholds, double fromSeconds, OptionalDouble acknowledgedMillis) {}
