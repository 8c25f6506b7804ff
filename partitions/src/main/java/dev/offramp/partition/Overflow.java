package dev.offramp.partition;

/** What a full queue does with a job that arrives. */
public enum Overflow {
    /** The arriving job is lost. */
    DROP_NEW,
    /** The oldest waiting job of the lowest priority is lost, the arriving one enters. */
    DROP_OLDEST,
    /** The sender keeps the job until there is room. */
    BLOCK
}
