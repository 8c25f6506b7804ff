package dev.offramp.agent.core;

import java.nio.ByteBuffer;

/**
 * A tensor between partitions: little-endian, dense, batch 1. The core looks at nothing but its size. Read-only.
 *
 * <p>Whoever has it last, because the job is lost, leaves, has been run or is written to the network, calls {@code handBack}
 * once: the memory may be lent. Nobody reads it after that. What is not handed back is the garbage collector's.
 */
public record Activation(ByteBuffer bytes, Runnable handBack) {
    public Activation {
        bytes = bytes.asReadOnlyBuffer();
    }

    /** Memory that is nobody's but the activation's. */
    public Activation(ByteBuffer bytes) {
        this(bytes, () -> {});
    }

    public long size() {
        return bytes.remaining();
    }
}
