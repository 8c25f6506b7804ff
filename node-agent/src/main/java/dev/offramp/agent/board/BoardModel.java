package dev.offramp.agent.board;

/**
 * What a board is. Immutable.
 *
 * @param title as its maker writes it, e.g. {@code Raspberry Pi 5 Model B Rev 1.0}
 * @param memoryBytes of the whole board
 */
public record BoardModel(String title, boolean emulated, long memoryBytes) {}
