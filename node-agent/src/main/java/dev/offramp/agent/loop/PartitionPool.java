package dev.offramp.agent.loop;

import dev.offramp.agent.inference.Inference;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.LoadedPartition;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** One loaded copy of a partition per server, so that servers never wait for one another. Thread-safe. */
public final class PartitionPool implements AutoCloseable {
    private final Deque<LoadedPartition> idle;
    private boolean closed;

    public PartitionPool(List<LoadedPartition> loaded) {
        idle = new ArrayDeque<>(loaded);
    }

    Inference run(ByteBuffer input) throws InferenceException, InterruptedException {
        LoadedPartition loaded = take();
        try {
            return loaded.run(input);
        } finally {
            giveBack(loaded);
        }
    }

    private synchronized LoadedPartition take() throws InferenceException {
        LoadedPartition loaded = idle.poll();
        if (loaded == null) {
            // There is a copy for every server, so the pool was closed under the last jobs of a retired epoch.
            throw new InferenceException(InferenceException.Kind.EXECUTION, "the partition is not loaded any more");
        }
        return loaded;
    }

    private void giveBack(LoadedPartition loaded) {
        synchronized (this) {
            if (!closed) {
                idle.add(loaded);
                return;
            }
        }
        loaded.close();
    }

    /** Waits for nothing: a copy that runs is closed when its run ends. */
    @Override
    public void close() {
        List<LoadedPartition> unused;
        synchronized (this) {
            closed = true;
            unused = List.copyOf(idle);
            idle.clear();
        }
        unused.forEach(LoadedPartition::close);
    }
}
