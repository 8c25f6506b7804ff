package dev.offramp.agent.inference;

import dev.offramp.time.NanoClock;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The first runs of a partition on zeros: they pay for what the runtime does lazily, and tell its pace. */
public final class WarmUp {
    private static final int MIN_RUNS = 5;

    private WarmUp() {}

    /**
     * Runs the partition {@code runs} times to warm up and {@code runs} times more to measure, or fewer where that
     * would take longer than {@code budgetNanos} each.
     *
     * @return 10 % quantile of the service times: a busy machine only ever adds time
     */
    public static long run(LoadedPartition loaded, int runs, long budgetNanos, NanoClock clock)
            throws InferenceException, InterruptedException {
        ByteBuffer zeros =
                ByteBuffer.allocate(Math.toIntExact(loaded.partition().input().bytes()));
        measure(loaded, zeros, runs, budgetNanos, clock);
        long[] nanos = measure(loaded, zeros, runs, budgetNanos, clock);
        Arrays.sort(nanos);
        return nanos[nanos.length / 10];
    }

    private static long[] measure(LoadedPartition loaded, ByteBuffer input, int runs, long budgetNanos, NanoClock clock)
            throws InferenceException, InterruptedException {
        long[] nanos = new long[runs];
        long begin = clock.nanoTime();
        for (int i = 0; i < runs; i++) {
            long start = clock.nanoTime();
            if (i >= MIN_RUNS && start - begin > budgetNanos) {
                return Arrays.copyOf(nanos, i);
            }
            loaded.run(input).handBack().run();
            nanos[i] = clock.nanoTime() - start;
        }
        return nanos;
    }
}
