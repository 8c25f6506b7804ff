package dev.offramp.agent.board;

import dev.offramp.agent.inference.Inference;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.partition.Partition;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;

/**
 * A partition that takes its time: what a run leaves of a target is waited for. Waiting costs no CPU, so that many boards
 * fit a few cores. Used by one thread at a time.
 */
final class PacedPartition implements LoadedPartition {
    private final LoadedPartition loaded;
    private final LongSupplier targetNanos;
    private final NanoClock clock;
    private final Pause pause;

    /** @param targetNanos asked once per run */
    PacedPartition(LoadedPartition loaded, LongSupplier targetNanos, NanoClock clock, Pause pause) {
        this.loaded = loaded;
        this.targetNanos = targetNanos;
        this.clock = clock;
        this.pause = pause;
    }

    @Override
    public Partition partition() {
        return loaded.partition();
    }

    @Override
    public Inference run(ByteBuffer input) throws InferenceException, InterruptedException {
        long start = clock.nanoTime();
        long target = targetNanos.getAsLong();
        Inference inference = loaded.run(input);
        pause.pause(target - (clock.nanoTime() - start));
        return inference;
    }

    @Override
    public void close() {
        loaded.close();
    }
}
