package dev.offramp.coordinator.control.pilot;

import dev.offramp.partition.ChainId;

/**
 * One hop of a chain.
 *
 * @param hop from 0
 */
record HopId(ChainId chain, int hop) {}
