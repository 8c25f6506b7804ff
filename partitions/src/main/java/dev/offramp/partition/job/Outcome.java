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
    record Completed(int exit, int label, float confidence) implements Outcome {
        public Completed {
            if (exit < 1 || label < 0 || !(confidence >= 0 && confidence <= 1)) {
                throw new IllegalArgumentException(
                        "completed at exit %d with label %d and confidence %s: expected an exit from 1, a label from 0 and 0 … 1"
                                .formatted(exit, label, confidence));
            }
        }
    }

    /** It was lost at {@code node}. */
    record Lost(LossReason reason, NodeId node) implements Outcome {}
}
