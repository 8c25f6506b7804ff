package dev.offramp.partition.job;

/**
 * What one exit says of a job. Immutable.
 *
 * @param label index of the class
 * @param confidence 0 … 1
 */
public record Verdict(int label, float confidence) {
    public Verdict {
        if (label < 0 || !(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException(
                    "label %d with confidence %s: expected a label from 0 and 0 … 1".formatted(label, confidence));
        }
    }
}
