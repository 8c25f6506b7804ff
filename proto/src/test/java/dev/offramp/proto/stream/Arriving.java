package dev.offramp.proto.stream;

import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A message as gRPC hands it over: in buffers outside the heap, as they came from the socket. */
final class Arriving extends InputStream implements KnownLength, HasByteBuffer {
    private final Deque<ByteBuffer> buffers = new ArrayDeque<>();

    Arriving(byte[] message, int bufferBytes) {
        for (int from = 0; from < message.length; from += bufferBytes) {
            int count = Math.min(bufferBytes, message.length - from);
            buffers.add(
                    ByteBuffer.allocateDirect(count).put(message, from, count).flip());
        }
    }

    private @Nullable ByteBuffer current() {
        while (!buffers.isEmpty() && !buffers.peek().hasRemaining()) {
            buffers.remove();
        }
        return buffers.peek();
    }

    @Override
    public int available() {
        return buffers.stream().mapToInt(ByteBuffer::remaining).sum();
    }

    @Override
    public int read() {
        ByteBuffer buffer = current();
        return buffer == null ? -1 : Byte.toUnsignedInt(buffer.get());
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        ByteBuffer buffer = current();
        if (buffer == null) {
            return length == 0 ? 0 : -1;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(target, offset, count);
        return count;
    }

    @Override
    public long skip(long count) {
        ByteBuffer buffer = current();
        if (buffer == null) {
            return 0;
        }
        int skipped = (int) Math.min(count, buffer.remaining());
        buffer.position(buffer.position() + skipped);
        return skipped;
    }

    @Override
    public boolean byteBufferSupported() {
        return true;
    }

    @Override
    public @Nullable ByteBuffer getByteBuffer() {
        ByteBuffer buffer = current();
        return buffer == null ? null : buffer.asReadOnlyBuffer();
    }
}
