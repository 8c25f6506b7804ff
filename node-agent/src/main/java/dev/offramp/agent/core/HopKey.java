package dev.offramp.agent.core;

import dev.offramp.partition.ChainId;

/** Names a hop of a placement: the partition to run. */
public record HopKey(long epoch, ChainId chain, int hop) {}
