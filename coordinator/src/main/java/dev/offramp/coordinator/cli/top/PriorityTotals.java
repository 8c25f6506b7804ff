package dev.offramp.coordinator.cli.top;

/**
 * Jobs of one priority at one node. Immutable.
 *
 * @param queued that its queue holds
 * @param received since the start of its process
 * @param lost of these, at this node
 */
record PriorityTotals(int queued, long received, long lost) {
    static final PriorityTotals NONE = new PriorityTotals(0, 0, 0);

    /** What was counted since; what is queued is as it is now. */
    PriorityTotals since(PriorityTotals earlier) {
        return new PriorityTotals(queued, received - earlier.received, lost - earlier.lost);
    }
}
