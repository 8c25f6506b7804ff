package dev.offramp.agent.core;

import java.nio.ByteBuffer;

/** A tensor between partitions: little-endian, dense, batch 1. The core looks at nothing but its size. Read-only. */
public record Activation(ByteBuffer bytes) {
    public Activation {
        bytes = bytes.asReadOnlyBuffer();
    }

    public long size() {
        return bytes.remaining();
    }
}
