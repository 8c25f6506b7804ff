package dev.offramp.agent.inference;

import dev.offramp.time.NanoClock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The first runs of a partition on zeros: they pay for what the runtime does lazily, and tell its pace. */
public final class WarmUp {
    private static final int DISCARDED = 3;

    private WarmUp() {}

    /**
     * Runs the partition {@code runs} times and a few more.
     *
     * @return lower quartile of the service times: a busy machine only ever adds time
     */
    public static long run(LoadedPartition loaded, int runs, NanoClock clock)
            throws InferenceException, InterruptedException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(
                        Math.toIntExact(loaded.partition().input().bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        long[] nanos = new long[runs];
        for (int i = -DISCARDED; i < runs; i++) {
            long start = clock.nanoTime();
            loaded.run(zeros.duplicate().order(ByteOrder.LITTLE_ENDIAN));
            if (i >= 0) {
                nanos[i] = clock.nanoTime() - start;
            }
        }
        Arrays.sort(nanos);
        return nanos[runs / 4];
    }
}
