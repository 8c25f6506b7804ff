package dev.offramp.time;

import java.util.concurrent.TimeUnit;

/** Lets time pass in the calling thread without burning it. Thread-safe. */
@FunctionalInterface
public interface Pause {
    /** Returns after at least {@code nanos}; at once if that is not positive. */
    void pause(long nanos) throws InterruptedException;

    /** The machine's timed wait. */
    static Pause system() {
        return TimeUnit.NANOSECONDS::sleep;
    }
}
