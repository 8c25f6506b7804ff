package dev.offramp.agent.ingress;

import dev.offramp.partition.artifact.Preprocessing;
import java.nio.ByteBuffer;

/** Frames to a network's input. Thread-safe. */
public final class FrameTensors {
    private final FrameDecoder decoder;

    /** @param maxSide most pixels a frame may have in width and in height */
    public FrameTensors(int maxSide) {
        decoder = new FrameDecoder(maxSide);
    }

    /**
     * Decodes a JPEG or PNG and preprocesses it.
     *
     * @return little-endian float32 [channels, height, width]
     */
    public ByteBuffer tensor(byte[] frame, Preprocessing preprocessing) throws RefusalException {
        return new Preprocessor(preprocessing).tensor(decoder.decode(frame));
    }
}
