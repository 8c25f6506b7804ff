package dev.offramp.agent.core;

/** What a job's time at one hop is made of. */
public enum HopPart {
    /** Waiting for a server. */
    QUEUE,
    /** On the server. */
    COMPUTE,
    /** Becoming the transport's: messages made, and bytes copied into its buffers. */
    SERIALISE,
    /**
     * To the next hop and back: from when the transport was asked to take the job to when its outcome came, less what the
     * hops behind say they had it for. What waits for the transport is in it.
     */
    NETWORK
}
