package dev.offramp.proto.stream;

import io.grpc.HasByteBuffer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * An activation's bytes beside a message: memory of the sender's, or, at the receiver, what of the message gRPC has not been
 * asked for yet. Read once, and at the receiver only while the message is being delivered: afterwards gRPC has its buffers
 * back. Confined to one thread.
 */
public final class Payload {
    private static final int SCRATCH_BYTES = 16 << 10;

    private final ByteBuffer first;
    private final InputStream rest;
    private final int restBytes;

    private Payload(ByteBuffer first, InputStream rest, int restBytes) {
        this.first = first;
        this.rest = rest;
        this.restBytes = restBytes;
    }

    /** These bytes, which must stay as they are until the message is written. */
    public static Payload of(ByteBuffer bytes) {
        return new Payload(bytes.slice(), InputStream.nullInputStream(), 0);
    }

    /** @param first bytes that are read already; {@code restBytes} more are in {@code rest} */
    static Payload arriving(ByteBuffer first, InputStream rest, int restBytes) {
        return new Payload(first, rest, restBytes);
    }

    /** What has not been read. */
    public int size() {
        return first.remaining() + restBytes;
    }

    /** All of it, of a sender. */
    ByteBuffer bytes() {
        if (restBytes > 0) {
            throw new IllegalStateException("%d bytes are still gRPC's".formatted(restBytes));
        }
        return first.duplicate();
    }

    /**
     * Copies all of it into {@code target}: the one copy that every activation needs at a receiver, from gRPC's buffers, which
     * are as many and as long as the reads from the socket were, to memory in one piece.
     *
     * @throws IOException if there is less than there should be
     */
    public void readInto(ByteBuffer target) throws IOException {
        if (target.remaining() < size()) {
            throw new IllegalArgumentException("%d bytes do not fit into %d".formatted(size(), target.remaining()));
        }
        target.put(first);
        if (rest instanceof HasByteBuffer buffers && buffers.byteBufferSupported()) {
            readBuffers(buffers, target);
        } else {
            readArrays(target);
        }
    }

    private void readBuffers(HasByteBuffer buffers, ByteBuffer target) throws IOException {
        int left = restBytes;
        while (left > 0) {
            ByteBuffer next = buffers.getByteBuffer();
            if (next == null || !next.hasRemaining()) {
                throw missing(left);
            }
            int count = Math.min(left, next.remaining());
            target.put(next.slice(next.position(), count));
            rest.skipNBytes(count);
            left -= count;
        }
    }

    private void readArrays(ByteBuffer target) throws IOException {
        byte[] scratch = new byte[Math.min(restBytes, SCRATCH_BYTES)];
        int left = restBytes;
        while (left > 0) {
            int count = rest.read(scratch, 0, Math.min(left, scratch.length));
            if (count < 0) {
                throw missing(left);
            }
            target.put(scratch, 0, count);
            left -= count;
        }
    }

    private static EOFException missing(int bytes) {
        return new EOFException("the message ends %d bytes before the activation does".formatted(bytes));
    }
}
