package dev.offramp.agent.ingress;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A few threads that decode frames, with a bounded queue before them. Thread-safe. */
final class DecodePool implements AutoCloseable {
    private static final long CLOSE_SECONDS = 1;

    private final ThreadPoolExecutor executor;

    DecodePool(int threads, int waiting, ThreadFactory factory) {
        executor = new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), factory);
    }

    void execute(Runnable task) throws RefusalException {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            throw new RefusalException(
                    ErrorCode.BUSY,
                    "%d frames wait to be decoded".formatted(executor.getQueue().size()),
                    "fewer frames at a time",
                    "Send slower, or spread the frames over more ingress nodes");
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        try {
            var unused = executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
