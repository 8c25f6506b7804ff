package dev.offramp.agent.inference.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Direct buffers of one size, lent to whoever forwards what a partition writes into them: so that a job costs no memory of
 * the size of its activation. Thread-safe.
 */
final class ActivationPool implements AutoCloseable {
    /** Most that are kept for later: one that is filled, one that is sent, and some that queue in between. */
    static final int MAX_IDLE = 4;

    private final int bytes;
    private final Deque<ByteBuffer> idle = new ArrayDeque<>(MAX_IDLE);
    private boolean closed;

    ActivationPool(int bytes) {
        this.bytes = bytes;
    }

    /** One that nobody else has. */
    Loan lend() {
        return new Loan(take());
    }

    private ByteBuffer take() {
        synchronized (this) {
            ByteBuffer latest = idle.pollLast();
            if (latest != null) {
                return latest;
            }
        }
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private synchronized void keep(ByteBuffer buffer) {
        if (!closed && idle.size() < MAX_IDLE) {
            idle.addLast(buffer);
        }
    }

    /** Keeps nothing any more. What is lent stays whole. */
    @Override
    public synchronized void close() {
        closed = true;
        idle.clear();
    }

    /** A buffer out of the pool; whole from first to last byte. */
    final class Loan {
        private final ByteBuffer buffer;
        private final AtomicBoolean over = new AtomicBoolean();

        private Loan(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        ByteBuffer buffer() {
            return buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        }

        /** Once is enough: a second time could give two jobs the same memory. */
        void handBack() {
            if (over.compareAndSet(false, true)) {
                keep(buffer);
            }
        }
    }
}
