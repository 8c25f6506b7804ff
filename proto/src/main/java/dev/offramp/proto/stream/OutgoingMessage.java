package dev.offramp.proto.stream;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * A message on its way into gRPC: a header, then an activation. gRPC learns its length beforehand, takes buffers of that
 * size, and has the bytes written into them: one copy from an array, and from memory outside the heap one more through a
 * scratch array that stays in the processor's cache, since gRPC takes nothing but arrays. Confined to one thread.
 */
final class OutgoingMessage extends InputStream implements Drainable, KnownLength {
    private static final int SCRATCH_BYTES = 16 << 10;

    private final ByteBuffer header;
    private final ByteBuffer payload;

    OutgoingMessage(ByteBuffer header, ByteBuffer payload) {
        this.header = header;
        this.payload = payload;
    }

    @Override
    public int available() {
        return header.remaining() + payload.remaining();
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
        int count = available();
        write(header, target);
        write(payload, target);
        return count;
    }

    private static void write(ByteBuffer source, OutputStream target) throws IOException {
        if (source.hasArray()) {
            target.write(source.array(), source.arrayOffset() + source.position(), source.remaining());
            source.position(source.limit());
            return;
        }
        byte[] scratch = new byte[Math.min(source.remaining(), SCRATCH_BYTES)];
        while (source.hasRemaining()) {
            int count = Math.min(source.remaining(), scratch.length);
            source.get(scratch, 0, count);
            target.write(scratch, 0, count);
        }
    }

    @Override
    public int read() {
        ByteBuffer source = header.hasRemaining() ? header : payload;
        return source.hasRemaining() ? Byte.toUnsignedInt(source.get()) : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        ByteBuffer source = header.hasRemaining() ? header : payload;
        if (!source.hasRemaining()) {
            return -1;
        }
        int count = Math.min(length, source.remaining());
        source.get(target, offset, count);
        return count;
    }
}
