package dev.offramp.agent.loop;

import dev.offramp.agent.inference.Inference;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.LoadedPartition;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** One loaded copy of a partition per server, so that servers never wait for one another. Thread-safe. */
public final class PartitionPool implements AutoCloseable {
    private final int copies;
    private final BlockingQueue<LoadedPartition> idle;

    public PartitionPool(List<LoadedPartition> loaded) {
        copies = loaded.size();
        idle = new ArrayBlockingQueue<>(copies, false, loaded);
    }

    Inference run(ByteBuffer input) throws InferenceException, InterruptedException {
        LoadedPartition loaded = idle.poll();
        if (loaded == null) {
            // There is a copy for every server, so the pool was closed under the last jobs of a retired epoch.
            throw new InferenceException(InferenceException.Kind.EXECUTION, "the partition is not loaded any more");
        }
        try {
            return loaded.run(input);
        } finally {
            idle.add(loaded);
        }
    }

    /** Waits for runs that are on. */
    @Override
    public void close() {
        try {
            for (int i = 0; i < copies; i++) {
                idle.take().close();
            }
        } catch (InterruptedException e) {
            // The process stops: what is still running goes with it.
            Thread.currentThread().interrupt();
        }
    }
}
