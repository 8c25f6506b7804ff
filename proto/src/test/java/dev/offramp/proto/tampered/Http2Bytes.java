package dev.offramp.proto.tampered;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** A client of gRPC, byte by byte (RFC 9113 and 7541), in and out of order. Stateless. */
public final class Http2Bytes {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PUSH_PROMISE = 5;
    public static final int PING = 6;
    public static final int GO_AWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    /** Of DATA and HEADERS; of SETTINGS and PING it says that they are answers. */
    public static final int END_STREAM = 1;

    public static final int END_HEADERS = 4;
    public static final int PADDED = 8;
    public static final int FRAME_HEADER_BYTES = 9;

    private static final byte[] PREFACE = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    private static final byte[] POST = {(byte) 0x83};
    private static final byte[] HTTP = {(byte) 0x86};

    private Http2Bytes() {}

    /** What every connection begins with. */
    public static byte[] preface() {
        return PREFACE.clone();
    }

    /** A connection with one call, damaged behind its preface. */
    public static byte[] damagedCall(byte[] call, RandomGenerator random) {
        return Damage.joined(PREFACE, Damage.done(Damage.joined(settings(), call), random));
    }

    /** Frames of every type, each well-formed, in an order that nobody expects. */
    public static byte[] disorder(byte[] call, String otherMethod, RandomGenerator random) {
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
            frames.add(frame(CONTINUATION, END_HEADERS, stream, headers(otherMethod)));
            frames.add(settings());
            frames.add(call);
        }
        frames.add(frame(GO_AWAY, 0, 0, new byte[8]));
        Collections.shuffle(frames, new java.util.Random(random.nextLong()));
        return Damage.joined(PREFACE, settings(), Damage.joined(frames.toArray(byte[][]::new)));
    }

    /** A call with one message. */
    public static byte[] call(int stream, String method, byte[] message) {
        return Damage.joined(
                frame(HEADERS, END_HEADERS, stream, headers(method)),
                frame(DATA, END_STREAM, stream, prefixed(0, message.length, message)));
    }

    public static byte[] settings() {
        return frame(SETTINGS, 0, 0, new byte[0]);
    }

    /** Of ids and values, by turns. */
    public static byte[] settings(int... idsAndValues) {
        ByteBuffer payload = ByteBuffer.allocate(idsAndValues.length / 2 * 6);
        for (int i = 0; i < idsAndValues.length; i += 2) {
            payload.putShort((short) idsAndValues[i]).putInt(idsAndValues[i + 1]);
        }
        return frame(SETTINGS, 0, 0, payload.array());
    }

    /** A frame whose payload is one number of 32 bits. */
    public static byte[] frame(int type, int stream, int value) {
        return frame(type, 0, stream, ByteBuffer.allocate(4).putInt(value).array());
    }

    public static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return Damage.joined(frameHeader(payload.length, type, flags, stream), payload);
    }

    /** Of a frame that says it is so long. */
    public static byte[] frameHeader(int length, int type, int flags, int stream) {
        return ByteBuffer.allocate(FRAME_HEADER_BYTES)
                .put((byte) (length >> 16))
                .putShort((short) length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .array();
    }

    /** A gRPC message behind its prefix, which may lie. */
    public static byte[] prefixed(int compressed, int length, byte[] message) {
        return ByteBuffer.allocate(5 + message.length)
                .put((byte) compressed)
                .putInt(length)
                .put(message)
                .array();
    }

    /** Method and scheme by their index, the others as they are. */
    public static byte[] headers(String method, String... moreNamesAndValues) {
        List<String> all = new ArrayList<>(List.of(
                ":path", "/" + method, ":authority", "one", "content-type", "application/grpc", "te", "trailers"));
        all.addAll(Arrays.asList(moreNamesAndValues));
        return Damage.joined(POST, HTTP, fields(all.toArray(String[]::new)));
    }

    /** Names and values by turns, as they are. */
    public static byte[] fields(String... namesAndValues) {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i++) {
            if (i % 2 == 0) {
                fields.write(0);
            }
            byte[] text = ascii(namesAndValues[i]);
            fields.writeBytes(integer(0, 7, text.length));
            fields.writeBytes(text);
        }
        return fields.toByteArray();
    }

    /** A number of RFC 7541, behind the bits that share its first byte. */
    public static byte[] integer(int firstBits, int prefixBits, int value) {
        int most = (1 << prefixBits) - 1;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(firstBits | Math.min(value, most));
        if (value >= most) {
            int left = value - most;
            while (left >= 128) {
                bytes.write(left % 128 | 128);
                left /= 128;
            }
            bytes.write(left);
        }
        return bytes.toByteArray();
    }

    /** The frames behind a preface; what is left at the end and is none is one as well. */
    public static List<byte[]> frames(byte[] connection) {
        List<byte[]> frames = new ArrayList<>();
        int at = PREFACE.length;
        while (at < connection.length) {
            int end = connection.length;
            if (end - at >= FRAME_HEADER_BYTES) {
                int length =
                        (connection[at] & 0xff) << 16 | (connection[at + 1] & 0xff) << 8 | connection[at + 2] & 0xff;
                end = Math.min(end, at + FRAME_HEADER_BYTES + length);
            }
            frames.add(Arrays.copyOfRange(connection, at, end));
            at = end;
        }
        return frames;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
