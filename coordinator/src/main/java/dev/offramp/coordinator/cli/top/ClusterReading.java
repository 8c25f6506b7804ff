package dev.offramp.coordinator.cli.top;

import java.util.SortedMap;

/**
 * The cluster in one snapshot. Immutable by agreement.
 *
 * @param nodes by name
 * @param refused strangers, by the coordinator since its start, by reason
 */
record ClusterReading(
        long coordinatorUptimeNanos,
        long epoch,
        SortedMap<String, NodeReading> nodes,
        SortedMap<String, Long> refused) {}
