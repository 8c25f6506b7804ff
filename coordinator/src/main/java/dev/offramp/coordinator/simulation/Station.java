package dev.offramp.coordinator.simulation;

import dev.offramp.partition.NodeId;

/**
 * One node: one server, and room for {@code capacity} jobs and {@code capacityBytes} bytes, the job in service
 * included.
 *
 * @param speed service times are divided by it
 */
public record Station(NodeId node, int capacity, long capacityBytes, double speed, Discipline discipline) {
    public Station {
        if (capacity < 1 || capacityBytes < 1) {
            throw new IllegalArgumentException("capacity of %s (%d jobs, %d bytes) must be at least 1 of each"
                    .formatted(node, capacity, capacityBytes));
        }
        if (!(speed > 0) || Double.isInfinite(speed)) {
            throw new IllegalArgumentException("speed of %s (%s) must be positive and finite".formatted(node, speed));
        }
    }

    /** First come first served, bytes without limit, speed 1. */
    public static Station of(NodeId node, int capacity) {
        return new Station(node, capacity, Long.MAX_VALUE, 1, Discipline.FIRST_COME);
    }
}
