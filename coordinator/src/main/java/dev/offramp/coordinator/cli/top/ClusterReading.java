package dev.offramp.coordinator.cli.top;

import java.util.SortedMap;

/** The cluster in one snapshot: its nodes by name. Immutable by agreement. */
record ClusterReading(long coordinatorUptimeNanos, long epoch, SortedMap<String, NodeReading> nodes) {}
