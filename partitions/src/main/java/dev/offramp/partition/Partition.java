package dev.offramp.partition;

import dev.offramp.partition.artifact.Digest;
import java.util.List;
import java.util.Optional;

/**
 * What lies between two cuts of a network, its exits included. Immutable.
 *
 * @param index 0 … partitions − 1, in order of execution
 * @param digest SHA-256 of the partition's ONNX file
 * @param fileBytes size of that file
 * @param input the one tensor it takes: the network's input, or the edge from the partition before
 * @param output the edge to the next partition; empty for the last
 * @param exits its exits in order of depth, possibly none
 */
public record Partition(
        int index, Digest digest, long fileBytes, TensorSpec input, Optional<TensorSpec> output, List<Exit> exits) {
    public Partition {
        exits = List.copyOf(exits);
    }
}
