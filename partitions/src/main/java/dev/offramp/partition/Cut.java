package dev.offramp.partition;

/**
 * A place where a network can be cut: after {@code position} operators (in the network's order) exactly one tensor,
 * {@code tensor}, is still needed by the rest.
 */
public record Cut(int position, TensorSpec tensor) {}
