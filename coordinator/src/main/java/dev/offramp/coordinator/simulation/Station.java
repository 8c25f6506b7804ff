package dev.offramp.coordinator.simulation;

import dev.offramp.partition.NodeId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One node: one server, and room for {@code capacity} jobs and {@code capacityBytes} bytes, the job in service
 * included.
 *
 * @param speed service times are divided by it
 * @param shares most jobs of a priority that it holds, waiting, in service and reserved; a priority that is not named may
 *     fill it
 */
public record Station(
        NodeId node,
        int capacity,
        long capacityBytes,
        double speed,
        Discipline discipline,
        SortedMap<Integer, Integer> shares) {
    public Station {
        shares = Collections.unmodifiableSortedMap(new TreeMap<>(shares));
        shares.forEach((priority, jobs) -> {
            if (jobs < 1) {
                throw new IllegalArgumentException(
                        "share of priority %d at %s (%d jobs) must be at least 1".formatted(priority, node, jobs));
            }
        });
        if (capacity < 1 || capacityBytes < 1) {
            throw new IllegalArgumentException("capacity of %s (%d jobs, %d bytes) must be at least 1 of each"
                    .formatted(node, capacity, capacityBytes));
        }
        if (!(speed > 0) || Double.isInfinite(speed)) {
            throw new IllegalArgumentException("speed of %s (%s) must be positive and finite".formatted(node, speed));
        }
    }

    /** Every priority may fill it. */
    public Station(NodeId node, int capacity, long capacityBytes, double speed, Discipline discipline) {
        this(node, capacity, capacityBytes, speed, discipline, new TreeMap<>());
    }

    /** First come first served, bytes without limit, speed 1. */
    public static Station of(NodeId node, int capacity) {
        return new Station(node, capacity, Long.MAX_VALUE, 1, Discipline.FIRST_COME);
    }
}
