package dev.offramp.partition;

/** How far the runtime may rewrite a partition before it runs it. */
public enum Optimisation {
    /** Cut and uncut network agree bit for bit. */
    EXTENDED,
    /**
     * Also kernels with another layout of memory: faster, and the last digits of the scores depend on where the network is
     * cut and on the processor.
     */
    ALL
}
