package dev.offramp.agent.ingress;

import dev.offramp.partition.ByteSize;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The body of one request on its way in: refused where it is larger than allowed or where all bodies together would be,
 * and where it ends early. What a refused client still sends is thrown away, and its connection closed when that is too
 * much as well. Confined to the HTTP event loop.
 */
final class FrameBody {
    /** Bodies of the largest size that may be held at a time, from their first byte until they are decoded. */
    private static final int LARGEST_BODIES = 8;

    /** Bytes of all bodies that are held. Thread-safe. */
    static final class Room {
        private final ByteSize maxBody;
        private final AtomicLong heldBytes = new AtomicLong();

        Room(ByteSize maxBody) {
            this.maxBody = maxBody;
        }

        private long maxBytes() {
            return LARGEST_BODIES * maxBody.bytes();
        }

        private void take(int bytes) throws RefusalException {
            if (heldBytes.addAndGet(bytes) > maxBytes()) {
                heldBytes.addAndGet(-bytes);
                throw new RefusalException(
                        ErrorCode.BUSY,
                        "the frames on their way in have no room for %d bytes more".formatted(bytes),
                        "at most %d bytes of them".formatted(maxBytes()),
                        "Send slower, or spread the frames over more ingress nodes");
            }
        }

        /** The body is not held any more. */
        void release(byte[] body) {
            heldBytes.addAndGet(-body.length);
        }

        private void release(Buffer body) {
            heldBytes.addAndGet(-body.length());
        }
    }

    /** Hears of one body: whole, and then the receiver's to {@link Room#release release}, or refused. */
    interface Receiver {
        Receiver NOBODY = new Receiver() {
            @Override
            public void whole(byte[] body) {}

            @Override
            public void refused(RefusalException refusal) {}
        };

        void whole(byte[] body);

        void refused(RefusalException refusal);
    }

    private final HttpServerRequest request;
    private final Room room;
    private final Receiver receiver;
    private Buffer body = Buffer.buffer();
    private long receivedBytes;
    private boolean over;

    private FrameBody(HttpServerRequest request, Room room, Receiver receiver) {
        this.request = request;
        this.room = room;
        this.receiver = receiver;
    }

    static void read(HttpServerRequest request, Room room, Receiver receiver) {
        FrameBody reading = new FrameBody(request, room, receiver);
        reading.listen();
        if (announcedBytes(request) > room.maxBody.bytes()) {
            reading.refuse(reading.oversize());
        }
    }

    /** Throws the body of a request away that is refused already. */
    static void discard(HttpServerRequest request, Room room) {
        FrameBody discarding = new FrameBody(request, room, Receiver.NOBODY);
        discarding.over = true;
        discarding.listen();
    }

    private void listen() {
        request.handler(this::take);
        request.endHandler(unused -> finish());
        request.exceptionHandler(e -> refuse(new RefusalException(
                ErrorCode.BAD_REQUEST,
                "the body broke off after %d bytes".formatted(receivedBytes),
                "a whole frame",
                "Maybe the camera or the network failed")));
    }

    private static long announcedBytes(HttpServerRequest request) {
        try {
            return Long.parseLong(request.getHeader("Content-Length"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private void take(Buffer chunk) {
        receivedBytes += chunk.length();
        if (over) {
            if (receivedBytes > 2 * room.maxBody.bytes()) {
                var unused = request.connection().close();
            }
            return;
        }
        if (receivedBytes > room.maxBody.bytes()) {
            refuse(oversize());
            return;
        }
        try {
            room.take(chunk.length());
            body.appendBuffer(chunk);
        } catch (RefusalException e) {
            refuse(e);
        }
    }

    private void finish() {
        if (!over) {
            over = true;
            receiver.whole(body.getBytes());
        }
    }

    private void refuse(RefusalException refusal) {
        if (!over) {
            over = true;
            room.release(body);
            body = Buffer.buffer();
            receiver.refused(refusal);
        }
    }

    private RefusalException oversize() {
        return new RefusalException(
                ErrorCode.OVERSIZE,
                "the body is larger than allowed",
                "at most " + room.maxBody,
                "Compress the frame, or raise --max-body");
    }
}
