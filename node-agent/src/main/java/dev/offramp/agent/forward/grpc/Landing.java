package dev.offramp.agent.forward.grpc;

import dev.offramp.proto.WireException;
import dev.offramp.proto.stream.Payload;
import dev.offramp.proto.v1.Transfer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Where the transfers of one stream come in, one at a time, each in as many messages as its sender likes. An activation is
 * copied once, from gRPC's buffers to where a partition reads it.
 *
 * <p>Memory is bounded by what has come, not by what a message says will come: a length is believed as far as this
 * neighbour has kept its word before, and beyond that the memory grows with the bytes, at most to twice as many. Of an
 * activation larger than any may be, nothing is kept. Confined to its stream.
 */
final class Landing {
    /** Of the first activation, which costs a copy more where it is larger. */
    private static final long FIRST_BELIEVED_BYTES = 256 << 10;

    /** How far the transfer under way has come. */
    sealed interface State {
        /** There is more to come. */
        record UnderWay() implements State {}

        /** All of it is there. */
        record Whole(Transfer header, ByteBuffer bytes) implements State {}

        /** All of it has come, and was too much. */
        record Oversize(Transfer header, String why) implements State {}
    }

    private final long maxBytes;
    private long believedBytes = FIRST_BELIEVED_BYTES;
    private @Nullable Transfer header;
    private long totalBytes;
    private long cameBytes;
    private ByteBuffer bytes = allocate(0);

    /** @param maxBytes of an activation that is taken */
    Landing(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    private static ByteBuffer allocate(long size) {
        return ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A transfer begins. */
    State begin(Transfer begun, Payload payload) throws WireException {
        if (header != null) {
            throw new WireException("a transfer after %d of %d bytes of the one before: expected a piece"
                    .formatted(cameBytes, totalBytes));
        }
        if (begun.getTotalBytes() < 0) {
            throw new WireException("an activation of %d bytes".formatted(begun.getTotalBytes()));
        }
        totalBytes = begun.getTotalBytes() == 0 ? payload.size() : begun.getTotalBytes();
        cameBytes = 0;
        header = begun;
        if (isTaken()) {
            bytes = allocate(Math.min(totalBytes, Math.max(believedBytes, payload.size())));
        }
        return add(begun, payload);
    }

    /** It goes on. */
    State goOn(Payload payload) throws WireException {
        Transfer underWay = header;
        if (underWay == null) {
            throw new WireException("a piece of %d bytes without a transfer before it".formatted(payload.size()));
        }
        if (payload.size() == 0) {
            throw new WireException("a piece without bytes");
        }
        return add(underWay, payload);
    }

    private boolean isTaken() {
        return totalBytes <= maxBytes;
    }

    /** Memory taken for the transfer under way. */
    long reservedBytes() {
        return bytes.capacity();
    }

    private State add(Transfer underWay, Payload payload) throws WireException {
        cameBytes += payload.size();
        if (cameBytes > totalBytes) {
            throw new WireException("%d bytes of an activation: expected %d in all".formatted(cameBytes, totalBytes));
        }
        if (isTaken()) {
            keep(payload);
        }
        if (cameBytes < totalBytes) {
            return new State.UnderWay();
        }
        header = null;
        if (!isTaken()) {
            return new State.Oversize(
                    underWay, "an activation of %d bytes: expected at most %d".formatted(totalBytes, maxBytes));
        }
        ByteBuffer whole = bytes.flip();
        bytes = allocate(0);
        believedBytes = Math.max(believedBytes, totalBytes);
        return new State.Whole(underWay, whole);
    }

    private void keep(Payload payload) throws WireException {
        if (cameBytes > bytes.capacity()) {
            bytes = allocate(Math.min(totalBytes, 2 * cameBytes)).put(bytes.flip());
        }
        try {
            payload.readInto(bytes);
        } catch (IOException e) {
            throw new WireException(String.valueOf(e.getMessage()));
        }
    }
}
