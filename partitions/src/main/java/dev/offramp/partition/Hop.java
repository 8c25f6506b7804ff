package dev.offramp.partition;

/** One partition on one node, one step of a chain. */
public record Hop(NodeId node, Partition partition) {}
