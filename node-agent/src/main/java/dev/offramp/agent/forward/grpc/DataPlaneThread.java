package dev.offramp.agent.forward.grpc;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The one thread by which all streams between nodes come in and go out. What else runs on it takes no thread's waking up
 * from or to a stream; it must not block. Thread-safe.
 */
public final class DataPlaneThread implements AutoCloseable {
    private static final long CLOSE_SECONDS = 1;

    private final EventLoopGroup group;
    private final EventLoop loop;

    public DataPlaneThread(ThreadFactory threads) {
        group = new MultiThreadIoEventLoopGroup(1, threads, NioIoHandler.newFactory());
        loop = group.next();
    }

    EventLoopGroup group() {
        return group;
    }

    /** Runs tasks on the thread. */
    public ScheduledExecutorService executor() {
        return loop;
    }

    @Override
    public void close() {
        var unused = group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
        try {
            var unusedToo = group.awaitTermination(2 * CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
