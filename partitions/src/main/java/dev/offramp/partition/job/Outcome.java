package dev.offramp.partition.job;

import dev.offramp.partition.NodeId;
import java.util.ArrayList;
import java.util.List;

/** What became of an accepted job; exactly one per job. */
public sealed interface Outcome {
    /**
     * It left at an exit.
     *
     * @param exit from 1
     * @param label index of the class
     * @param confidence 0 … 1
     * @param passed verdicts of all exits before that one; empty where they are not known
     */
    record Completed(int exit, int label, float confidence, List<Verdict> passed) implements Outcome {
        public Completed {
            passed = List.copyOf(passed);
            if (exit < 1 || label < 0 || !(confidence >= 0 && confidence <= 1)) {
                throw new IllegalArgumentException(
                        "completed at exit %d with label %d and confidence %s: expected an exit from 1, a label from 0 and 0 … 1"
                                .formatted(exit, label, confidence));
            }
            if (!passed.isEmpty() && passed.size() != exit - 1) {
                throw new IllegalArgumentException(
                        "completed at exit %d after %d others: expected %d, or 0 for not known"
                                .formatted(exit, passed.size(), exit - 1));
            }
        }

        /** What the exits before say is not known. */
        public Completed(int exit, int label, float confidence) {
            this(exit, label, confidence, List.of());
        }

        /** What every exit up to this one says; empty where it is not known. */
        public List<Verdict> verdicts() {
            if (passed.size() != exit - 1) {
                return List.of();
            }
            List<Verdict> all = new ArrayList<>(passed);
            all.add(new Verdict(label, confidence));
            return List.copyOf(all);
        }
    }

    /** It was lost at {@code node}. */
    record Lost(LossReason reason, NodeId node) implements Outcome {}
}
