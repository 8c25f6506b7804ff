package dev.offramp.agent.ingress.stream;

import static dev.offramp.agent.ingress.stream.Streams.MAX_FRAME_BYTES;
import static dev.offramp.agent.ingress.stream.Streams.bytes;
import static dev.offramp.agent.ingress.stream.Streams.counted;
import static dev.offramp.agent.ingress.stream.Streams.jpeg;
import static dev.offramp.agent.ingress.stream.Streams.open;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams that were tampered with: nothing but frames within the limit and one kind of refusal comes out. */
class FrameParserFuzzTest {
    private static final int STREAMS_PER_SEED = 400;

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 20), LongStream.of(new SplittableRandom().nextLong()));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void survivesAnything(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        for (int i = 0; i < STREAMS_PER_SEED; i++) {
            byte[] stream = tampered(random);
            Optional<String> type =
                    random.nextBoolean() ? Optional.of("multipart/x-mixed-replace; boundary=b") : Optional.empty();
            Streams.Found found = new Streams.Found();
            int fed = 0;
            try {
                FrameParser parser = FrameParser.of(type, MAX_FRAME_BYTES);
                while (fed < stream.length) {
                    int count = Math.min(stream.length - fed, 1 + random.nextInt(5000));
                    parser.feed(Arrays.copyOfRange(stream, fed, fed + count), found);
                    fed += count;
                }
                parser.end(found);
            } catch (StreamException e) {
                assertThat(e).hasMessageContaining("expected");
            }
            assertThat(found.frames)
                    .allSatisfy(frame -> assertThat(frame.length).isLessThanOrEqualTo(MAX_FRAME_BYTES));
            assertThat(found.frames.stream().mapToLong(frame -> frame.length).sum())
                    .isLessThanOrEqualTo(stream.length + 2L * found.frames.size());
        }
    }

    private static byte[] tampered(RandomGenerator random) {
        byte[] frame = jpeg();
        byte[] stream =
                switch (random.nextInt(4)) {
                    case 0 -> counted("b", frame, frame, frame);
                    case 1 -> open("b", frame, frame, frame);
                    case 2 -> bytes(frame, frame, frame);
                    default -> bytes("--b\r\n", "h: v\r\n".repeat(random.nextInt(3000)), "\r\n", frame);
                };
        for (int flips = random.nextInt(20); flips > 0; flips--) {
            stream[random.nextInt(stream.length)] = (byte) random.nextInt();
        }
        for (int cuts = random.nextInt(3); cuts > 0 && stream.length > 1; cuts--) {
            int from = random.nextInt(stream.length);
            int to = from + random.nextInt(stream.length - from);
            stream = bytes(Arrays.copyOf(stream, from), Arrays.copyOfRange(stream, to, stream.length));
        }
        return random.nextInt(10) == 0 ? bytes(stream, new byte[200_000]) : stream;
    }

    /** However long a stream without frames goes on, what a parser holds is bounded by its limit. */
    @Test
    void holdsNoMoreThanOneFrame() throws StreamException {
        for (byte[] start :
                List.of(bytes("--b\r\n\r\n"), new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xDA, 0, 2})) {
            FrameParser parser = FrameParser.of(Optional.empty(), MAX_FRAME_BYTES);
            Streams.Found found = new Streams.Found();
            parser.feed(start, found);
            for (int i = 0; i < 1000; i++) {
                parser.feed(new byte[10_000], found);
            }
            assertThat(found.oversize).isEqualTo(1);
            assertThat(found.frames).isEmpty();
        }
    }
}
