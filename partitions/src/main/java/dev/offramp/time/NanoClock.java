package dev.offramp.time;

/** A monotonic clock in nanoseconds with an arbitrary origin; the only way anything learns the time. Thread-safe. */
@FunctionalInterface
public interface NanoClock {
    long nanoTime();

    /** The machine's monotonic clock. */
    static NanoClock system() {
        return System::nanoTime;
    }
}
