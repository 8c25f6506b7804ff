package dev.offramp.partition.job;

import dev.offramp.partition.NodeId;

/**
 * Names a job for good: ingress node, incarnation of that agent's process, and number within it.
 *
 * @param sequence from 1
 */
public record JobId(NodeId ingress, long incarnation, long sequence) {
    public JobId {
        if (sequence < 1) {
            throw new IllegalArgumentException("job sequence (%d) must be at least 1".formatted(sequence));
        }
    }

    /** As good as any, and many times faster than a record's own until that is compiled by the better compiler. */
    @Override
    public int hashCode() {
        return 31 * (31 * ingress.value().hashCode() + Long.hashCode(incarnation)) + Long.hashCode(sequence);
    }

    /** {@code pi-1.18f3a.42}: ingress, incarnation (hexadecimal) and sequence. */
    @Override
    public String toString() {
        return ingress + "." + Long.toHexString(incarnation) + "." + sequence;
    }
}
