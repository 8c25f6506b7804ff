package dev.offramp.partition.artifact;

import dev.offramp.partition.Partition;
import dev.offramp.partition.Scores;
import dev.offramp.partition.ServiceId;
import java.util.List;

/**
 * What a set of partitions cut from one network is: enough to deploy it without the network at hand. Immutable.
 *
 * @param model name of the model, by default the network's file name without suffix
 * @param source SHA-256 of the uncut network's file
 * @param labels class names in the order of the scores
 * @param partitions in order of execution; file {@code partition-<index>.onnx} beside the manifest
 */
public record Manifest(
        ServiceId model,
        Digest source,
        List<String> labels,
        Scores scores,
        Preprocessing preprocessing,
        List<Partition> partitions) {
    /** Format written and read. */
    public static final int FORMAT = 1;

    public Manifest {
        labels = List.copyOf(labels);
        partitions = List.copyOf(partitions);
        if (partitions.isEmpty()) {
            throw new IllegalArgumentException("manifest of %s has no partition".formatted(model));
        }
        for (int i = 0; i < partitions.size(); i++) {
            if (partitions.get(i).index() != i) {
                throw new IllegalArgumentException("manifest of %s: partition %d has index %d"
                        .formatted(model, i, partitions.get(i).index()));
            }
        }
    }

    /** Number of exits over all partitions. */
    public int exits() {
        return partitions.stream()
                .mapToInt(partition -> partition.exits().size())
                .sum();
    }
}
