package dev.offramp.time;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs tasks later. Tasks are short and must not throw. Thread-safe. */
@FunctionalInterface
public interface Scheduler {
    /** Runs {@code task} once after {@code delay}. */
    void schedule(Duration delay, Runnable task);

    /** Tasks run on {@code executor}; after its shutdown they are dropped. */
    static Scheduler on(ScheduledExecutorService executor) {
        return (delay, task) -> {
            try {
                var unused = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                // The process stops.
            }
        };
    }
}
