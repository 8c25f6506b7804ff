package dev.offramp.time;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Runs tasks later. Tasks are short and must not throw. Thread-safe. */
@FunctionalInterface
public interface Scheduler {
    /** Runs {@code task} once after {@code delay}, unless cancelled first. */
    Cancellation schedule(Duration delay, Runnable task);

    /** Takes a task back; without effect once it has run. */
    @FunctionalInterface
    interface Cancellation {
        void cancel();
    }

    /** Tasks run on {@code executor}; after its shutdown they are dropped. */
    static Scheduler on(ScheduledExecutorService executor) {
        return (delay, task) -> {
            try {
                ScheduledFuture<?> future = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
                return () -> future.cancel(false);
            } catch (RejectedExecutionException e) {
                return () -> {};
            }
        };
    }
}
