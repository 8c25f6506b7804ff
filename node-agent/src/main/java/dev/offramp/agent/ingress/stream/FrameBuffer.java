package dev.offramp.agent.ingress.stream;

import java.util.Arrays;

/** A frame on its way in; grows up to a limit. Confined. */
final class FrameBuffer {
    private static final int START_BYTES = 16 << 10;

    private final int maxBytes;
    private byte[] bytes = new byte[0];
    private int length;

    FrameBuffer(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Whether there was room for all of it; if not, nothing is added. */
    boolean append(byte[] from, int offset, int count) {
        if (count > maxBytes - length) {
            return false;
        }
        if (length + count > bytes.length) {
            long wanted = Math.max(Math.max(START_BYTES, length + (long) count), 2L * bytes.length);
            bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, wanted));
        }
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
        return true;
    }

    int length() {
        return length;
    }

    byte at(int index) {
        return bytes[index];
    }

    /** The first {@code count} bytes; the buffer is empty then. */
    byte[] take(int count) {
        byte[] taken = Arrays.copyOf(bytes, count);
        clear();
        return taken;
    }

    void clear() {
        bytes = new byte[0];
        length = 0;
    }
}
