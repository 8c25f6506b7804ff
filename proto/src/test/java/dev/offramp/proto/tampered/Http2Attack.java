package dev.offramp.proto.tampered;

import static dev.offramp.proto.tampered.Http2Bytes.CONTINUATION;
import static dev.offramp.proto.tampered.Http2Bytes.DATA;
import static dev.offramp.proto.tampered.Http2Bytes.END_HEADERS;
import static dev.offramp.proto.tampered.Http2Bytes.END_STREAM;
import static dev.offramp.proto.tampered.Http2Bytes.GO_AWAY;
import static dev.offramp.proto.tampered.Http2Bytes.HEADERS;
import static dev.offramp.proto.tampered.Http2Bytes.PADDED;
import static dev.offramp.proto.tampered.Http2Bytes.PING;
import static dev.offramp.proto.tampered.Http2Bytes.PRIORITY;
import static dev.offramp.proto.tampered.Http2Bytes.PUSH_PROMISE;
import static dev.offramp.proto.tampered.Http2Bytes.RST_STREAM;
import static dev.offramp.proto.tampered.Http2Bytes.SETTINGS;
import static dev.offramp.proto.tampered.Http2Bytes.WINDOW_UPDATE;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** What a connection may bring that no gRPC client sends; each bounded in frames and bytes. Stateless. */
public enum Http2Attack {
    A_PREFACE_OF_ANOTHER_PROTOCOL {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return one(random, "GET / HTTP/1.1\r\nHost: one\r\n\r\n", "SSH-2.0-a\r\n", "\u0016\u0003\u0001\u0002", "\n")
                    .getBytes(StandardCharsets.ISO_8859_1);
        }
    },
    A_DAMAGED_PREFACE {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            byte[] preface = Http2Bytes.preface();
            return Damage.joined(Damage.done(preface, random), Http2Bytes.settings(), call.bytes(1));
        }
    },
    A_PREFACE_TWICE {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return Damage.joined(Http2Bytes.preface(), begun(call.bytes(1)));
        }
    },
    A_CALL_BEFORE_ANY_SETTINGS {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return Damage.joined(Http2Bytes.preface(), call.bytes(1));
        }
    },
    MANY_SETTINGS {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return begun(many(i -> Http2Bytes.settings()));
        }
    },
    SETTINGS_OF_ANY_VALUE {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            int[] values = {0, 1, 16_383, 16_384, 1 << 24, Integer.MAX_VALUE, -1, random.nextInt()};
            return begun(
                    Http2Bytes.settings(1 + random.nextInt(9), values[random.nextInt(values.length)]),
                    Http2Bytes.frame(SETTINGS, random.nextInt(2), random.nextInt(2), new byte[random.nextInt(14)]),
                    call.bytes(1));
        }
    },
    A_WINDOW_THAT_OPENS_AND_SHUTS {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return begun(call.open(1), many(i -> Http2Bytes.settings(4, i % 2 == 0 ? 0 : Integer.MAX_VALUE)));
        }
    },
    MANY_PINGS {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return begun(many(i -> Http2Bytes.frame(PING, 0, 0, new byte[8])));
        }
    },
    WINDOWS_TOO_LARGE_OR_TOO_SMALL {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            int stream = random.nextInt(3);
            return begun(
                    call.open(1),
                    many(i -> Http2Bytes.frame(WINDOW_UPDATE, stream, random.nextBoolean() ? Integer.MAX_VALUE : 0)));
        }
    },
    MANY_WINDOW_UPDATES {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return begun(call.open(1), many(i -> Http2Bytes.frame(WINDOW_UPDATE, i % 2, 1)));
        }
    },
    CALLS_THAT_ARE_RESET_AT_ONCE {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return begun(many(i ->
                    Damage.joined(call.open(2 * i + 1), Http2Bytes.frame(RST_STREAM, 2 * i + 1, random.nextInt(9)))));
        }
    },
    RESETS_OF_NO_CALL {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return begun(call.open(1), many(i -> Http2Bytes.frame(RST_STREAM, random.nextInt(4), 8)));
        }
    },
    MORE_CALLS_THAN_ALLOWED {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return begun(many(i -> call.open(2 * i + 1)));
        }
    },
    MANY_CALLS_ONE_AFTER_THE_OTHER {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return begun(many(i -> call.bytes(2 * i + 1)));
        }
    },
    MANY_PRIORITIES {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return begun(many(i -> {
                byte[] payload = new byte[5];
                payload[3] = (byte) i;
                return Http2Bytes.frame(PRIORITY, 0, random.nextBoolean() ? i & 0xff : 2 * i + 1, payload);
            }));
        }
    },
    MUCH_DATA_OF_NO_LENGTH {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return begun(call.open(1), many(i -> Http2Bytes.frame(DATA, 0, 1, new byte[0])));
        }
    },
    FRAMES_OF_UNKNOWN_TYPES {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return begun(
                    many(i -> Http2Bytes.frame(
                            10 + random.nextInt(246),
                            random.nextInt(256),
                            random.nextInt(3),
                            new byte[random.nextInt(9)])),
                    call.bytes(1));
        }
    },
    FRAMES_OF_ANY_KIND {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return Http2Bytes.disorder(call.bytes(1), call.method(), random);
        }
    },
    FRAMES_TOO_LARGE {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            int type = random.nextInt(11);
            int length = (1 << 14) + 1 + random.nextInt((1 << 24) - (1 << 14) - 1);
            return begun(call.open(1), Http2Bytes.frameHeader(length, type, 0, 1), new byte[Math.min(length, 100_000)]);
        }
    },
    FRAMES_OF_WRONG_LENGTH {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            int type = one(random, SETTINGS, PING, RST_STREAM, PRIORITY, WINDOW_UPDATE, GO_AWAY, PUSH_PROMISE);
            return begun(call.open(1), Http2Bytes.frame(type, 0, random.nextInt(2), new byte[random.nextInt(13)]));
        }
    },
    HEADERS_TOO_LARGE {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            byte[] block = Http2Bytes.headers(call.method(), "long", "x".repeat(1 << 19));
            return begun(inPieces(block, 16_384));
        }
    },
    HEADERS_WITHOUT_END {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            byte[] piece = new byte[random.nextInt(3)];
            return begun(
                    Http2Bytes.frame(HEADERS, 0, 1, Http2Bytes.headers(call.method())),
                    many(i -> Http2Bytes.frame(CONTINUATION, 0, 1, piece)));
        }
    },
    MANY_FIELDS_WITHOUT_END {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            byte[] fields = Http2Bytes.fields("name", "value");
            return begun(
                    Http2Bytes.frame(HEADERS, 0, 1, Http2Bytes.headers(call.method())),
                    many(i -> Http2Bytes.frame(CONTINUATION, 0, 1, fields)));
        }
    },
    HEADERS_INTERRUPTED {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            byte[] block = Http2Bytes.headers(call.method());
            return begun(
                    Http2Bytes.frame(HEADERS, 0, 1, block),
                    Http2Bytes.frame(one(random, DATA, HEADERS, SETTINGS, PING), 0, random.nextInt(4), new byte[8]),
                    Http2Bytes.frame(CONTINUATION, END_HEADERS, 1, block));
        }
    },
    A_HEADER_BLOCK_THAT_IS_NONE {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            byte[] block = new byte[1 + random.nextInt(200)];
            random.nextBytes(block);
            return begun(Http2Bytes.frame(HEADERS, END_HEADERS, 1, block));
        }
    },
    A_DAMAGED_HEADER_BLOCK {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            byte[] block = Damage.done(Http2Bytes.headers(call.method()), random);
            return begun(Http2Bytes.frame(HEADERS, END_HEADERS, 1, block), call.body(1));
        }
    },
    /** One field of some size in the table of the connection, and thousands of references to it. */
    A_HEADER_BLOCK_THAT_GROWS {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            byte[] kept = Damage.joined(
                    new byte[] {0x40, 1, 'x'},
                    Http2Bytes.integer(0, 7, 3900),
                    "y".repeat(3900).getBytes(StandardCharsets.ISO_8859_1));
            byte[] references = new byte[12_000];
            Arrays.fill(references, (byte) 0xbe);
            return begun(inPieces(Damage.joined(Http2Bytes.headers(call.method()), kept, references), 16_000));
        }
    },
    NUMBERS_AND_TABLES_OF_ANY_SIZE {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            byte[] block = one(
                    random,
                    new byte[] {(byte) 0xff, -1, -1, -1, -1, -1, -1, -1, -1, 0x7f},
                    Http2Bytes.integer(0x20, 5, Integer.MAX_VALUE),
                    Http2Bytes.integer(0x80, 7, 62 + random.nextInt(1000)),
                    Damage.joined(new byte[] {0, (byte) 0xff}, new byte[] {-1, -1, -1, 0x7f}),
                    Damage.joined(new byte[] {0, (byte) 0x84, -1, -1, -1, -1, 1, 'v'}),
                    Http2Bytes.integer(0, 7, Integer.MAX_VALUE));
            return begun(
                    Http2Bytes.frame(HEADERS, END_HEADERS, 1, Damage.joined(Http2Bytes.headers(call.method()), block)));
        }
    },
    CALLS_NUMBERED_ANYHOW {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return begun(few(random, i -> call.bytes(random.nextInt(9))));
        }
    },
    PADDING_LONGER_THAN_ITS_FRAME {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            byte[] padded = new byte[random.nextInt(20)];
            random.nextBytes(padded);
            int type = one(random, DATA, HEADERS, PUSH_PROMISE);
            return begun(call.open(1), Http2Bytes.frame(type, PADDED | random.nextInt(256), 1, padded));
        }
    },
    FIELDS_THAT_MUST_NOT_BE {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return begun(few(
                    random,
                    i -> Damage.joined(
                            Http2Bytes.frame(HEADERS, END_HEADERS, 2 * i + 1, fields(call.method(), random)),
                            call.body(2 * i + 1))));
        }
    },
    TRAILERS_IN_PLACE_OF_AN_END {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            byte[] trailers = Http2Bytes.fields("grpc-status", "0", ":status", "200");
            return begun(
                    call.open(1),
                    Http2Bytes.frame(HEADERS, END_HEADERS | random.nextInt(2), 1, trailers),
                    call.body(1));
        }
    },
    A_MESSAGE_SHORTER_THAN_IT_SAYS {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return begun(
                    call.open(1), call.message(1, END_STREAM, 0, call.message().length + 1 + random.nextInt(1 << 20)));
        }
    },
    A_MESSAGE_LONGER_THAN_IT_SAYS {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            byte[] message = Damage.joined(call.message(), new byte[1 + random.nextInt(50)]);
            return begun(
                    call.open(1),
                    Http2Bytes.frame(DATA, END_STREAM, 1, Http2Bytes.prefixed(0, call.message().length, message)));
        }
    },
    A_MESSAGE_OF_ANY_LENGTH {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return begun(
                    call.open(1),
                    call.message(
                            1, 0, 0, one(random, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, (4 << 20) + 1, 4 << 20)),
                    many(i -> Http2Bytes.frame(DATA, 0, 1, new byte[100])));
        }
    },
    A_MESSAGE_BYTE_BY_BYTE {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            byte[] whole = Http2Bytes.prefixed(0, call.message().length, call.message());
            return begun(
                    call.open(1),
                    joined(Stream.iterate(0, i -> i < whole.length, i -> i + 1)
                            .map(i -> Http2Bytes.frame(DATA, 0, 1, new byte[] {whole[i]}))),
                    Http2Bytes.frame(DATA, END_STREAM, 1, new byte[0]));
        }
    },
    MORE_MESSAGES_THAN_ONE {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            return begun(call.open(1), many(i -> call.message(1, 0, 0, call.message().length)), call.body(1));
        }
    },
    A_MESSAGE_THAT_SAYS_IT_IS_COMPRESSED {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            String encoding = one(random, "gzip", "identity", "br", "");
            return begun(
                    Http2Bytes.frame(
                            HEADERS,
                            END_HEADERS,
                            1,
                            encoding.isEmpty()
                                    ? Http2Bytes.headers(call.method())
                                    : Http2Bytes.headers(call.method(), "grpc-encoding", encoding)),
                    call.message(1, END_STREAM, 1 + random.nextInt(255), call.message().length));
        }
    },
    A_MESSAGE_THAT_GROWS_WHEN_DECOMPRESSED {
        @Override
        byte[] bytes(Call call, RandomGenerator random) {
            byte[] bomb = compressed(new byte[16 << 20]);
            byte[] prefixed = Http2Bytes.prefixed(1, bomb.length, bomb);
            return begun(
                    Http2Bytes.frame(
                            HEADERS, END_HEADERS, 1, Http2Bytes.headers(call.method(), "grpc-encoding", "gzip")),
                    inData(prefixed));
        }
    };

    private static final int MANY = 2000;
    private static final int FEW = 20;

    /**
     * A call that is tampered with.
     *
     * @param method with its service
     */
    public record Call(String method, byte[] message) {
        byte[] open(int stream) {
            return Http2Bytes.frame(HEADERS, END_HEADERS, stream, Http2Bytes.headers(method));
        }

        byte[] message(int stream, int flags, int compressed, int length) {
            return Http2Bytes.frame(DATA, flags, stream, Http2Bytes.prefixed(compressed, length, message));
        }

        byte[] body(int stream) {
            return message(stream, END_STREAM, 0, message.length);
        }

        byte[] bytes(int stream) {
            return Http2Bytes.call(stream, method, message);
        }
    }

    /** A whole connection. */
    abstract byte[] bytes(Call call, RandomGenerator random);

    /** A connection that does this with one of these calls. */
    public byte[] connection(List<Call> calls, RandomGenerator random) {
        return bytes(calls.get(random.nextInt(calls.size())), random);
    }

    private static byte[] begun(byte[]... frames) {
        return Damage.joined(Http2Bytes.preface(), Http2Bytes.settings(), Damage.joined(frames));
    }

    private static byte[] many(IntFunction<byte[]> frame) {
        return joined(Stream.iterate(0, i -> i + 1).limit(MANY).map(frame::apply));
    }

    private static byte[] few(RandomGenerator random, IntFunction<byte[]> frame) {
        return joined(
                Stream.iterate(0, i -> i + 1).limit(1 + random.nextInt(FEW)).map(frame::apply));
    }

    private static byte[] joined(Stream<byte[]> frames) {
        return Damage.joined(frames.toArray(byte[][]::new));
    }

    @SafeVarargs
    private static <T> T one(RandomGenerator random, T... values) {
        return values[random.nextInt(values.length)];
    }

    private static byte[] inPieces(byte[] block, int bytes) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int at = 0; at < block.length; at += bytes) {
            int end = Math.min(block.length, at + bytes);
            frames.writeBytes(Http2Bytes.frame(
                    at == 0 ? HEADERS : CONTINUATION,
                    end == block.length ? END_HEADERS : 0,
                    1,
                    Arrays.copyOfRange(block, at, end)));
        }
        return frames.toByteArray();
    }

    private static byte[] inData(byte[] bytes) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int at = 0; at < bytes.length; at += 16_384) {
            int end = Math.min(bytes.length, at + 16_384);
            frames.writeBytes(Http2Bytes.frame(
                    DATA, end == bytes.length ? END_STREAM : 0, 1, Arrays.copyOfRange(bytes, at, end)));
        }
        return frames.toByteArray();
    }

    private static byte[] fields(String method, RandomGenerator random) {
        String path = "/" + method;
        return switch (random.nextInt(14)) {
            case 0 -> Http2Bytes.headers(method, "Upper-Case", "x");
            case 1 -> Http2Bytes.headers(method, "connection", "close");
            case 2 -> Http2Bytes.headers(method, ":path", path);
            case 3 ->
                Http2Bytes.headers(method, "grpc-timeout", one(random, "-1S", "99999999999H", "1", "", "0n", "xH"));
            case 4 -> Http2Bytes.headers(method, "name-bin", one(random, "%%%", "A", "=====", "\u0000"));
            case 5 -> Http2Bytes.headers(method, "grpc-encoding", one(random, "gzip", "unheard-of", "", "\u0001"));
            case 6 -> Http2Bytes.headers(method, "content-length", one(random, "-1", "0", "99999999999999999999", "x"));
            case 7 -> Http2Bytes.headers(one(random, "", "/", "no-slash", "a/b/c", "x".repeat(3000), "\u0000/\u00ff"));
            case 8 -> Http2Bytes.headers("offramp.v1.Control/" + one(random, "", "NoSuch", "listnodes"));
            case 9 -> Http2Bytes.fields(":path", path, ":method", "GET", ":scheme", "ftp");
            case 10 -> Http2Bytes.fields(":path", path);
            case 11 -> Http2Bytes.fields(":status", "200");
            case 12 ->
                Http2Bytes.fields(
                        ":method",
                        "POST",
                        ":scheme",
                        "http",
                        ":path",
                        path,
                        "content-type",
                        one(random, "text/plain", "application/grpc+", ""));
            default ->
                Http2Bytes.fields(
                        ":method",
                        "CONNECT",
                        ":authority",
                        "one",
                        ":unheard-of",
                        "x",
                        "te",
                        "gzip",
                        "",
                        "",
                        "a",
                        "\r\n");
        };
    }

    private static byte[] compressed(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
