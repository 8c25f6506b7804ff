package dev.offramp.agent.forward.grpc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Memory for activations that come in, outside the heap, where ONNX Runtime reads it in place: lent to a job until its
 * partition has run, and used again, so that a job costs no memory of the size of its activation. Thread-safe.
 */
final class LandingMemory {
    private final long maxIdleBytes;
    /** Oldest first. */
    private final Deque<ByteBuffer> idle = new ArrayDeque<>();

    private long idleBytes;

    /** @param maxIdleBytes kept for later */
    LandingMemory(long maxIdleBytes) {
        this.maxIdleBytes = maxIdleBytes;
    }

    /** Memory that nobody else has, of at least this size. */
    Loan lend(long bytes) {
        ByteBuffer idle = take(bytes);
        return new Loan(idle != null ? idle.clear() : ByteBuffer.allocateDirect(Math.toIntExact(bytes)));
    }

    /** The latest that is large enough and not wastefully so; null if there is none. */
    private synchronized @Nullable ByteBuffer take(long bytes) {
        for (Iterator<ByteBuffer> latest = idle.descendingIterator(); latest.hasNext(); ) {
            ByteBuffer buffer = latest.next();
            if (buffer.capacity() >= bytes && buffer.capacity() / 2 <= bytes) {
                latest.remove();
                idleBytes -= buffer.capacity();
                return buffer;
            }
        }
        return null;
    }

    private synchronized void keep(ByteBuffer buffer) {
        if (buffer.capacity() > maxIdleBytes) {
            return;
        }
        idle.addLast(buffer);
        idleBytes += buffer.capacity();
        while (idleBytes > maxIdleBytes) {
            idleBytes -= idle.removeFirst().capacity();
        }
    }

    /** Kept for later now. */
    synchronized long idleBytes() {
        return idleBytes;
    }

    /** Some of it. What is never handed back is the garbage collector's. */
    final class Loan {
        private final ByteBuffer buffer;
        private final AtomicBoolean over = new AtomicBoolean();

        private Loan(ByteBuffer buffer) {
            this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
        }

        ByteBuffer buffer() {
            return buffer;
        }

        /** Once is enough: a second time could give two jobs the same memory. */
        void handBack() {
            if (over.compareAndSet(false, true)) {
                keep(buffer);
            }
        }
    }
}
