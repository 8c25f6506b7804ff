package dev.offramp.partition.job;

import dev.offramp.partition.NodeId;

/** What became of an accepted job; exactly one per job. */
public sealed interface Outcome {
    /**
     * It left at an exit.
     *
     * @param exit from 1
     * @param label index of the class
     * @param confidence 0 … 1
     */
    record Completed(int exit, int label, float confidence) implements Outcome {}

    /** It was lost at {@code node}. */
    record Lost(LossReason reason, NodeId node) implements Outcome {}
}
