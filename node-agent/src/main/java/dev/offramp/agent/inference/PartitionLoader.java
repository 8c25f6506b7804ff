package dev.offramp.agent.inference;

import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Partition;
import java.nio.file.Path;

/** Makes verified partition files ready to run. Thread-safe. */
@FunctionalInterface
public interface PartitionLoader {
    /**
     * Loads and warms up a partition.
     *
     * @param file bytes already checked against {@code partition.digest()}
     */
    LoadedPartition load(Partition partition, Path file, Optimisation optimisation)
            throws InferenceException, InterruptedException;
}
