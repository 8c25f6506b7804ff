package dev.offramp.agent.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.ActivationCodec.Numbers;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.TensorSpec;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Encoders against the decoder; a failure prints the seed. */
class ActivationCodecsTest {
    private static final TensorSpec TENSOR = new TensorSpec("edge", ElementType.FLOAT32, List.of(-1L, 8L, 6L, 5L));
    private static final int ELEMENTS = 240;
    private static final int PER_CHANNEL = 30;
    /** Float arithmetic besides the rounding itself. */
    private static final double ROUNDING = 1 + 1e-4;

    private final ActivationEncoder encoder = new ActivationEncoder();
    private final ActivationDecoder decoder = new ActivationDecoder();

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 30), LongStream.of(System.nanoTime()));
    }

    @AfterEach
    void close() {
        encoder.close();
        decoder.close();
    }

    private static ByteBuffer bytes(float... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        return bytes;
    }

    private static float[] numbers(ByteBuffer bytes) {
        float[] numbers = new float[bytes.remaining() / Float.BYTES];
        bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
        return numbers;
    }

    /** Of very different sizes from channel to channel, with zeros as a Relu leaves them. */
    private static float[] activation(SplittableRandom random) {
        float[] numbers = new float[ELEMENTS];
        for (int i = 0; i < ELEMENTS; i++) {
            double spread = Math.pow(10, i / PER_CHANNEL - 4.0);
            double offset = i / PER_CHANNEL % 3 - 1;
            numbers[i] = random.nextInt(3) == 0 ? 0 : (float) (spread * (random.nextGaussian() + offset));
        }
        return numbers;
    }

    private float[] thereAndBack(ActivationCodec codec, float... numbers) throws EncodingException {
        Encoded encoded = encoder.encode(bytes(numbers), TENSOR, codec);
        assertThat(encoded.codec().numbers()).isEqualTo(codec.numbers());
        return numbers(decoder.decode(encoded.codec(), encoded.bytes(), numbers.length * Float.BYTES));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void exactCodecsGiveTheVeryBits(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        float[] numbers = activation(random);
        for (int i = 0; i < 20; i++) {
            numbers[random.nextInt(ELEMENTS)] = Float.intBitsToFloat(random.nextInt());
        }
        numbers[0] = Float.NaN;
        numbers[1] = Float.NEGATIVE_INFINITY;
        for (ActivationCodec codec : List.of(ActivationCodec.FP32, ActivationCodec.FP32_ZSTD)) {
            Encoded encoded = encoder.encode(bytes(numbers), TENSOR, codec);
            ByteBuffer back = decoder.decode(encoded.codec(), encoded.bytes(), ELEMENTS * Float.BYTES);

            assertThat(back).isEqualTo(bytes(numbers));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void halfPrecisionIsOffByAtMostItsLastBit(long seed) throws Exception {
        float[] numbers = activation(new SplittableRandom(seed));
        for (ActivationCodec codec : List.of(ActivationCodec.FP16, ActivationCodec.FP16_ZSTD)) {
            float[] back = thereAndBack(codec, numbers);
            for (int i = 0; i < ELEMENTS; i++) {
                double bound = Math.max(Math.abs(numbers[i]) * 0x1p-11, 0x1p-25);
                assertThat(Math.abs((double) back[i] - numbers[i])).isLessThanOrEqualTo(bound);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void levelsOfAChannelAreOffByAtMostHalfOfItsScaleAndKeepZeros(long seed) throws Exception {
        float[] numbers = activation(new SplittableRandom(seed));
        for (ActivationCodec codec : List.of(ActivationCodec.INT8_CHANNEL, ActivationCodec.INT8_CHANNEL_ZSTD)) {
            float[] back = thereAndBack(codec, numbers);
            for (int channel = 0; channel < ELEMENTS / PER_CHANNEL; channel++) {
                assertLevels(numbers, back, channel * PER_CHANNEL, (channel + 1) * PER_CHANNEL);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void levelsOfATensorAreOffByAtMostHalfOfItsScaleAndKeepZeros(long seed) throws Exception {
        float[] numbers = activation(new SplittableRandom(seed));
        for (ActivationCodec codec : List.of(ActivationCodec.INT8_TENSOR, ActivationCodec.INT8_TENSOR_ZSTD)) {
            assertLevels(numbers, thereAndBack(codec, numbers), 0, ELEMENTS);
        }
    }

    private static void assertLevels(float[] numbers, float[] back, int from, int to) {
        float[] some = Arrays.copyOfRange(numbers, from, to);
        double least = 0;
        double most = 0;
        for (float number : some) {
            least = Math.min(least, number);
            most = Math.max(most, number);
        }
        double bound = (most - least) / 255 / 2 * ROUNDING;
        for (int i = from; i < to; i++) {
            assertThat(Math.abs((double) back[i] - numbers[i])).isLessThanOrEqualTo(bound);
            if (numbers[i] == 0) {
                assertThat(back[i]).isZero();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ActivationCodec.class)
    void extremeNumbersStayWithinTheBounds(ActivationCodec codec) throws Exception {
        float[] huge = new float[ELEMENTS];
        float[] tiny = new float[ELEMENTS];
        for (int i = 0; i < ELEMENTS; i++) {
            huge[i] = i % 2 == 0 ? Float.MAX_VALUE : -Float.MAX_VALUE;
            tiny[i] = i * Float.MIN_VALUE;
        }
        float[] zeros = new float[ELEMENTS];

        assertThat(thereAndBack(codec, zeros)).containsOnly(0);
        for (float number : thereAndBack(codec, tiny)) {
            assertThat(number).isBetween(0f, 1e-36f);
        }
        Encoded encoded = encoder.encode(bytes(huge), TENSOR, codec);
        float[] back = numbers(decoder.decode(encoded.codec(), encoded.bytes(), ELEMENTS * Float.BYTES));
        for (int i = 0; i < ELEMENTS; i++) {
            assertThat((double) back[i] / huge[i]).isBetween(0.996, 1.004);
        }
    }

    @Test
    void numbersThatACodecCannotHoldTravelAsTheyAre() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        for (float stranger : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 65520, 1e9f}) {
            for (ActivationCodec codec : ActivationCodec.values()) {
                float[] numbers = activation(random);
                numbers[random.nextInt(ELEMENTS)] = stranger;
                boolean holds = codec.numbers() == Numbers.HALF
                        ? !Float.isFinite(stranger)
                        : codec.isExact() || Float.isFinite(stranger);
                Encoded encoded = encoder.encode(bytes(numbers), TENSOR, codec);

                assertThat(encoded.codec().numbers()).isEqualTo(holds ? codec.numbers() : Numbers.AS_THEY_ARE);
                float[] back = numbers(decoder.decode(encoded.codec(), encoded.bytes(), ELEMENTS * Float.BYTES));
                if (!holds || !Float.isFinite(stranger)) {
                    assertThat(back).contains(stranger);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"FLOAT32"})
    void otherElementTypesTravelAsTheyAre(ElementType type) {
        TensorSpec tensor = new TensorSpec("edge", type, List.of(-1L, 4L, 64L));
        ByteBuffer activation = ByteBuffer.allocate((int) tensor.bytes());
        for (ActivationCodec codec : ActivationCodec.values()) {
            Encoded encoded = encoder.encode(activation, tensor, codec);

            assertThat(encoded.codec()).isEqualTo(ActivationCodec.FP32);
            assertThat(encoded.bytes()).isEqualTo(activation);
        }
    }

    @Test
    void compressionThatGainsNothingIsLeftOut() {
        SplittableRandom random = new SplittableRandom(3);
        float[] noise = new float[ELEMENTS];
        for (int i = 0; i < ELEMENTS; i++) {
            noise[i] = Float.intBitsToFloat(random.nextInt());
        }

        assertThat(encoder.encode(bytes(noise), TENSOR, ActivationCodec.FP32_ZSTD)
                        .codec())
                .isEqualTo(ActivationCodec.FP32);
        assertThat(encoder.encode(bytes(new float[ELEMENTS]), TENSOR, ActivationCodec.FP32_ZSTD)
                        .bytes()
                        .remaining())
                .isLessThan(100);
    }

    @Test
    void codecsTakeWhatTheyPromise() {
        ByteBuffer activation = bytes(activation(new SplittableRandom(4)));
        assertThat(size(activation, ActivationCodec.FP32)).isEqualTo(4 * ELEMENTS);
        assertThat(size(activation, ActivationCodec.FP16)).isEqualTo(2 * ELEMENTS);
        assertThat(size(activation, ActivationCodec.INT8_TENSOR)).isEqualTo(ELEMENTS + 9);
        assertThat(size(activation, ActivationCodec.INT8_CHANNEL)).isEqualTo(ELEMENTS + 4 + 8 * 5);
    }

    private int size(ByteBuffer activation, ActivationCodec codec) {
        return encoder.encode(activation, TENSOR, codec).bytes().remaining();
    }

    @Test
    void channelsOfFewNumbersShareAScale() {
        assertThat(Levels.channels(new TensorSpec("x", ElementType.FLOAT32, List.of(-1L, 128L))))
                .isOne();
        assertThat(Levels.channels(new TensorSpec("x", ElementType.FLOAT32, List.of(-1L, 128L, 4L, 4L))))
                .isEqualTo(128);
        assertThat(Levels.channels(new TensorSpec("x", ElementType.FLOAT32, List.of(1L))))
                .isOne();
    }

    @Test
    void theActivationStaysAsItIs() {
        ByteBuffer activation = bytes(activation(new SplittableRandom(5)));
        ByteBuffer before = bytes(numbers(activation));
        for (ActivationCodec codec : ActivationCodec.values()) {
            var unused = encoder.encode(activation.asReadOnlyBuffer(), TENSOR, codec);
            assertThat(activation).isEqualTo(before);
        }
    }

    static Stream<ActivationCodec> codecs() {
        return Arrays.stream(ActivationCodec.values());
    }

    /** Any bytes at all are read, or refused with a word about it; never more than the expected size comes of them. */
    @ParameterizedTest
    @MethodSource("codecs")
    void damagedBytesAreRefusedOrReadButNeverMoreThanIsExpected(ActivationCodec codec) {
        for (long seed : seeds().toArray()) {
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < 60; i++) {
                byte[] bytes = damaged(codec, random);
                int expected =
                        random.nextInt(4) == 0 ? random.nextInt(2 * ELEMENTS * Float.BYTES) : ELEMENTS * Float.BYTES;
                try {
                    ByteBuffer read = decoder.decode(codec, ByteBuffer.wrap(bytes), expected);
                    assertThat(read.remaining()).as("seed %d", seed).isEqualTo(expected);
                } catch (EncodingException e) {
                    assertThat(e).as("seed %d", seed).hasMessageContaining("expected");
                } catch (RuntimeException e) {
                    throw new AssertionError("seed %d: %s".formatted(seed, e), e);
                }
            }
        }
    }

    private byte[] damaged(ActivationCodec codec, SplittableRandom random) {
        Encoded encoded = encoder.encode(bytes(activation(random)), TENSOR, codec);
        byte[] bytes = new byte[encoded.bytes().remaining()];
        encoded.bytes().duplicate().get(bytes);
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        int cut = random.nextInt(6);
        return switch (cut) {
            case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(50));
            case 2 -> noise(random);
            default -> bytes;
        };
    }

    private static byte[] noise(SplittableRandom random) {
        byte[] noise = new byte[random.nextInt(300)];
        random.nextBytes(noise);
        return noise;
    }

    @Test
    void nothingIsAllocatedByALengthThatTheBytesClaim() {
        ByteBuffer frameOfMegabytes = compressed(16 << 20);
        assertThatThrownBy(() -> decoder.decode(ActivationCodec.FP32_ZSTD, frameOfMegabytes, 1000))
                .isInstanceOf(EncodingException.class)
                .hasMessageContaining("16777216")
                .hasMessageContaining("expected 1000");

        ByteBuffer channels =
                ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN).putInt(0, Integer.MAX_VALUE);
        assertThatThrownBy(() -> decoder.decode(ActivationCodec.INT8_CHANNEL, channels, 320))
                .isInstanceOf(EncodingException.class)
                .hasMessageContaining("2147483647 channels");
    }

    /** A job may say that it is as large as jobs may be, and come with next to nothing. */
    @ParameterizedTest
    @EnumSource(names = {"FP16", "INT8_TENSOR", "INT8_CHANNEL"})
    void nothingIsAllocatedForNumbersThatHaveNotCome(ActivationCodec codec) {
        int expected = 64 << 20;
        long before = allocatedBytes();

        assertThatThrownBy(() -> decoder.decode(codec, ByteBuffer.allocate(9), expected))
                .isInstanceOf(EncodingException.class);
        assertThat(allocatedBytes() - before).isLessThan(expected);
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private ByteBuffer compressed(int zeros) {
        TensorSpec tensor = new TensorSpec("edge", ElementType.FLOAT32, List.of(-1L, zeros / (long) Float.BYTES));
        return encoder.encode(ByteBuffer.allocate(zeros), tensor, ActivationCodec.FP32_ZSTD)
                .bytes();
    }

    @Test
    void refusesScalesThatAreNone() {
        for (float scale : new float[] {Float.NaN, -1, Float.POSITIVE_INFINITY}) {
            ByteBuffer encoded = ByteBuffer.allocate(4 + 5 + 20).order(ByteOrder.LITTLE_ENDIAN);
            encoded.putInt(0, 1).putFloat(4, scale);

            assertThatThrownBy(() -> decoder.decode(ActivationCodec.INT8_TENSOR, encoded, 80))
                    .isInstanceOf(EncodingException.class)
                    .hasMessageContaining("a scale of " + scale);
        }
    }
}
