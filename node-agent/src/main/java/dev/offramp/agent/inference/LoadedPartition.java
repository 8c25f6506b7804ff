package dev.offramp.agent.inference;

import dev.offramp.partition.Partition;
import java.nio.ByteBuffer;

/** A partition ready to run. Used by one thread at a time. */
public interface LoadedPartition extends AutoCloseable {
    Partition partition();

    /**
     * Runs the partition on one sample.
     *
     * @param input little-endian, dense, exactly {@code partition().input().bytes()} remaining; neither
     *     changed nor kept
     */
    Inference run(ByteBuffer input) throws InferenceException, InterruptedException;

    /** Releases the runtime's memory; not to be called while a run is on. */
    @Override
    void close();
}
