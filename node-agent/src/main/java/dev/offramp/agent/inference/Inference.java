package dev.offramp.agent.inference;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * What one run of a partition gave. The arrays belong to the receiver; the activation is lent.
 *
 * @param scores of the partition's exits in order of depth, one entry per class
 * @param activation what the next partition takes: little-endian, dense; empty for the last partition
 * @param handBack gives the activation's memory back, to be filled again; at most once, from any thread, when nobody reads
 *     it any more. What is never given back is the garbage collector's.
 */
public record Inference(List<float[]> scores, Optional<ByteBuffer> activation, Runnable handBack) {
    public Inference {
        scores = List.copyOf(scores);
    }

    /** The activation, if there is one, is nobody else's. */
    public Inference(List<float[]> scores, Optional<ByteBuffer> activation) {
        this(scores, activation, () -> {});
    }
}
