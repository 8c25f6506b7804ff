package dev.offramp.partition.job;

import java.util.Locale;

/** Why an accepted job has no answer. */
public enum LossReason {
    /** A queue was full, in jobs or bytes. */
    QUEUE_FULL,
    /** What waits to be sent to a neighbour was full. */
    LINK_FULL,
    /** Its deadline passed. */
    EXPIRED,
    /** The neighbour that had it died. */
    NODE_LOST,
    /** The connection to the neighbour that had it, or that sent it, broke. */
    LINK_LOST,
    /** Its frame or activation could not be read. */
    DECODE,
    /** Its frame or activation was larger than allowed. */
    OVERSIZE,
    /** The service has no chain that this node could assign. */
    NO_CHAIN,
    /** Its placement epoch is retired or not known here. */
    STALE_EPOCH,
    /** Its activation does not fit the partition here. */
    MODEL_MISMATCH,
    /** The node accepts no more jobs. */
    DRAINING,
    /** The partition failed on it. */
    EXECUTION,
    /** The ingress was restarted. */
    INGRESS_RESTART;

    /** Lower snake case, as in metrics, commands and documents. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
