package dev.offramp.agent.core;

import dev.offramp.partition.ChainId;

/** Names a hop of a placement: the partition to run. */
public record HopKey(long epoch, ChainId chain, int hop) {
    /** Plain code: a record's own is slow until the better compiler has had it, and agents go without. */
    @Override
    public int hashCode() {
        return 31 * (31 * Long.hashCode(epoch) + chain.hashCode()) + hop;
    }
}
