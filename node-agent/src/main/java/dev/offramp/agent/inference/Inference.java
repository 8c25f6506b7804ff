package dev.offramp.agent.inference;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * What one run of a partition gave. The arrays and the buffer belong to the receiver.
 *
 * @param scores of the partition's exits in order of depth, one entry per class
 * @param activation what the next partition takes: little-endian, dense; empty for the last partition
 */
public record Inference(List<float[]> scores, Optional<ByteBuffer> activation) {
    public Inference {
        scores = List.copyOf(scores);
    }
}
