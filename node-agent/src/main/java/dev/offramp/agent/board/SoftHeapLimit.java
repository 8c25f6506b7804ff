package dev.offramp.agent.board;

import dev.offramp.time.Scheduler;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps the heap near what lives in it. The serial collector lets the old generation grow to its maximum before it looks
 * what of it is garbage; here it looks when the heap has doubled since the last time, and gives the rest back to the
 * system. Confined to the scheduler's thread.
 */
public final class SoftHeapLimit {
    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final long FLOOR_BYTES = 20L << 20;
    private static final int GROWTH = 2;

    private final LongSupplier committedBytes;
    private final Runnable collect;
    private long limitBytes = FLOOR_BYTES;

    /**
     * @param committedBytes what the heap takes of the system now
     * @param collect has the collector look at all of it
     */
    SoftHeapLimit(LongSupplier committedBytes, Runnable collect) {
        this.committedBytes = committedBytes;
        this.collect = collect;
    }

    /** Watches this process' heap. */
    public static void watch(Scheduler scheduler) {
        SoftHeapLimit limit = new SoftHeapLimit(Runtime.getRuntime()::totalMemory, System::gc);
        scheduler.schedule(PERIOD, new Runnable() {
            @Override
            public void run() {
                limit.check();
                scheduler.schedule(PERIOD, this);
            }
        });
    }

    void check() {
        if (committedBytes.getAsLong() > limitBytes) {
            collect.run();
            limitBytes = Math.max(FLOOR_BYTES, committedBytes.getAsLong() * GROWTH);
        }
    }
}
