package dev.offramp.agent;

import com.google.protobuf.ByteString;
import dev.offramp.agent.ingress.Frames;
import dev.offramp.proto.v1.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** A client of gRPC, byte by byte (RFC 9113 and 7541), in and out of order. Stateless. */
final class Http2Bytes {
    private static final byte[] PREFACE = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int PRIORITY = 2;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GO_AWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private Http2Bytes() {}

    /** A connection with one call that brings a frame, damaged behind its preface. */
    static byte[] damagedCall(RandomGenerator random) throws IOException {
        return Damage.joined(PREFACE, Damage.done(call("offramp.v1.Ingress/Frames"), random));
    }

    /** Frames of every type, each well-formed, in an order that nobody expects. */
    static byte[] disorder(RandomGenerator random) throws IOException {
        byte[] four = new byte[4];
        random.nextBytes(four);
        List<byte[]> frames = new ArrayList<>();
        for (int i = random.nextInt(12); i >= 0; i--) {
            int stream = random.nextInt(4);
            frames.add(frame(random.nextInt(12), random.nextInt(256), stream, new byte[random.nextInt(20)]));
            frames.add(frame(RST_STREAM, 0, stream, four));
            frames.add(frame(WINDOW_UPDATE, 0, stream, four));
            frames.add(frame(PRIORITY, 0, stream, new byte[5]));
            frames.add(frame(PING, 0, 0, new byte[8]));
            frames.add(frame(CONTINUATION, END_HEADERS, stream, headers("offramp.v1.DataPlane/Jobs")));
            frames.add(call("offramp.v1.Ingress/Outcomes"));
        }
        frames.add(frame(GO_AWAY, 0, 0, new byte[8]));
        Collections.shuffle(frames, new java.util.Random(random.nextLong()));
        return Damage.joined(PREFACE, frame(SETTINGS, 0, 0, new byte[0]), Damage.joined(frames.toArray(byte[][]::new)));
    }

    private static byte[] call(String method) throws IOException {
        byte[] message = Frame.newBuilder()
                .setService("tiny")
                .setCamera("pushed")
                .setImage(ByteString.copyFrom(Frames.bytes("scene.jpg")))
                .build()
                .toByteArray();
        byte[] prefixed = ByteBuffer.allocate(5 + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
        return Damage.joined(
                frame(SETTINGS, 0, 0, new byte[0]),
                frame(HEADERS, END_HEADERS, 1, headers(method)),
                frame(DATA, END_STREAM, 1, prefixed));
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** Method and scheme by their index, the others as they are. */
    private static byte[] headers(String method) {
        return Damage.joined(
                new byte[] {(byte) 0x83, (byte) 0x86},
                new byte[] {0x04},
                text("/" + method),
                new byte[] {0x01},
                text("one"),
                new byte[] {0x0f, 0x10},
                text("application/grpc"),
                new byte[] {0x00},
                text("te"),
                text("trailers"));
    }

    private static byte[] text(String value) {
        byte[] bytes = ascii(value);
        return Damage.joined(new byte[] {(byte) bytes.length}, bytes);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
