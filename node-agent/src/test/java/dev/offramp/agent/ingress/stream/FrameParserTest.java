package dev.offramp.agent.ingress.stream;

import static dev.offramp.agent.ingress.stream.Streams.MAX_FRAME_BYTES;
import static dev.offramp.agent.ingress.stream.Streams.bytes;
import static dev.offramp.agent.ingress.stream.Streams.counted;
import static dev.offramp.agent.ingress.stream.Streams.jpeg;
import static dev.offramp.agent.ingress.stream.Streams.open;
import static dev.offramp.agent.ingress.stream.Streams.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameParserTest {
    private static final String ESP32 = "123456789000000000000987654321";

    /** A way to send three frames, and the content type that comes with it. */
    record Sent(String name, Optional<String> contentType, byte[] stream) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Optional<String> type(String boundary) {
        return Optional.of("multipart/x-mixed-replace; boundary=" + boundary);
    }

    static Stream<Sent> streams() {
        byte[] one = jpeg();
        byte[] thumbnail = bytes(
                new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xE1, 0, 8},
                new byte[] {(byte) 0xFF, (byte) 0xD8, 'a', 'b', (byte) 0xFF, (byte) 0xD9},
                Arrays.copyOfRange(one, 2, one.length));
        byte[][] frames = {one, thumbnail, one};
        return Stream.of(
                new Sent("lengths", type("frame"), counted("frame", frames)),
                new Sent("no lengths", type("\"a frame\""), open("a frame", frames)),
                new Sent("dashes among the boundary", type("--frame"), counted("frame", frames)),
                new Sent(
                        "charset first",
                        Optional.of("multipart/x-mixed-replace;charset=x;boundary=b"),
                        open("b", frames)),
                new Sent(
                        "esp32",
                        type(ESP32),
                        bytes("\r\n", counted(ESP32, one), "\r\n", counted(ESP32, thumbnail, one))),
                new Sent("no header, lengths", Optional.empty(), counted("ffmpeg", frames)),
                new Sent(
                        "no header, no lengths",
                        Optional.of("application/octet-stream"),
                        bytes("\r\n", open("x", frames))),
                new Sent("bare jpegs", Optional.of("image/jpeg"), bytes(one, thumbnail, one)),
                new Sent(
                        "jpegs with rubbish between",
                        Optional.empty(),
                        bytes("x", one, "\r\n\0\u00ff", thumbnail, one)),
                new Sent(
                        "jpegs, one cut off",
                        Optional.empty(),
                        bytes(one, Arrays.copyOf(one, one.length / 2), thumbnail, one)));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void findsTheSameFramesHoweverTheStreamIsCut(Sent sent) throws StreamException {
        for (int chunkBytes : new int[] {1, 2, 3, 7, 64, 1000, sent.stream().length}) {
            Streams.Found found = parse(FrameParser.of(sent.contentType(), MAX_FRAME_BYTES), sent.stream(), chunkBytes);

            assertThat(found.frames).as("in pieces of %d bytes", chunkBytes).hasSize(3);
            assertThat(found.frames.get(0)).isEqualTo(jpeg());
            assertThat(found.frames.get(1)).contains('a', 'b');
            assertThat(found.frames.get(2)).isEqualTo(jpeg());
            assertThat(found.oversize).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void findsAllFramesWhereverTheStreamIsCutOnce(Sent sent) throws StreamException {
        for (int cut = 0; cut < sent.stream().length; cut++) {
            FrameParser parser = FrameParser.of(sent.contentType(), MAX_FRAME_BYTES);
            Streams.Found found = new Streams.Found();
            parser.feed(Arrays.copyOf(sent.stream(), cut), found);
            parser.feed(Arrays.copyOfRange(sent.stream(), cut, sent.stream().length), found);
            parser.end(found);

            assertThat(found.frames).as("cut at byte %d", cut).hasSize(3);
        }
    }

    @Test
    void throwsFramesAwayThatAreTooLargeAndGoesOn() throws StreamException {
        byte[] large = new byte[MAX_FRAME_BYTES + 1];
        for (byte[] stream : new byte[][] {
            counted("b", jpeg(), large, jpeg()),
            open("b", jpeg(), large, jpeg()),
            bytes(jpeg(), start(), new byte[MAX_FRAME_BYTES], end(), jpeg())
        }) {
            for (int chunkBytes : new int[] {1, 100, 100_000}) {
                Streams.Found found = parse(FrameParser.of(Optional.empty(), MAX_FRAME_BYTES), stream, chunkBytes);

                assertThat(found.frames).containsExactly(jpeg(), jpeg());
                assertThat(found.oversize).isEqualTo(1);
            }
        }
    }

    private static byte[] start() {
        return new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xDA, 0, 3, 0};
    }

    private static byte[] end() {
        return new byte[] {(byte) 0xFF, (byte) 0xD9};
    }

    @Test
    void takesAFrameOfExactlyTheLargestSize() throws StreamException {
        byte[] largest = new byte[MAX_FRAME_BYTES];
        for (byte[] stream : new byte[][] {counted("b", largest), open("b", largest)}) {
            assertThat(parse(FrameParser.of(type("b"), MAX_FRAME_BYTES), stream, 999).frames)
                    .containsExactly(largest);
        }
    }

    @Test
    void aLengthBeyondReasonSwallowsNothing() throws StreamException {
        byte[] stream =
                bytes("--b\r\nContent-Length: 9223372036854775807\r\n\r\n", jpeg(), "\r\n", counted("b", jpeg()));

        Streams.Found found = parse(FrameParser.of(type("b"), MAX_FRAME_BYTES), stream, 50);

        assertThat(found.frames).containsExactly(jpeg());
        assertThat(found.oversize).isEqualTo(1);
    }

    @Test
    void endsWithTheLastBoundary() throws StreamException {
        byte[] stream = bytes(open("b", jpeg()), counted("b", jpeg()));

        assertThat(parse(FrameParser.of(type("b"), MAX_FRAME_BYTES), stream, 50).frames)
                .containsExactly(jpeg());
    }

    @Test
    void refusesWhatHasNoFramesInIt() {
        assertRefused(type("b"), bytes("--b\r\nContent-Length: many\r\n\r\n"), "a part of 'many' bytes");
        assertRefused(type("b"), bytes("--b\r\n", "x: y\r\n".repeat(2000)), "more than 8192 bytes");
        assertRefused(type("b"), new byte[100_000], "no boundary '--b'");
        assertRefused(type("b".repeat(300)), new byte[1], "a boundary of 300 characters");
        assertRefused(Optional.empty(), bytes("--", "b".repeat(300)), "more than 204 bytes");
        assertRefused(Optional.empty(), bytes("--\n"), "expected a boundary");
        assertRefused(Optional.empty(), bytes(" ".repeat(2000)), "blank bytes");
    }

    private static void assertRefused(Optional<String> contentType, byte[] stream, String message) {
        assertThatThrownBy(() -> parse(FrameParser.of(contentType, MAX_FRAME_BYTES), stream, 10))
                .isInstanceOf(StreamException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("expected");
    }
}
