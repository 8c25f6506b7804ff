package dev.offramp.agent.codec;

import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.ActivationCodec.Numbers;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes activations smaller. Never gives up: numbers that a codec cannot hold within its error (infinite ones and those that
 * are none in levels, those from 65520 on in half precision) travel as they are, and compression that gains nothing is left
 * out; what was done is in the answer. Confined to one thread.
 */
public final class ActivationEncoder implements AutoCloseable {
    private @Nullable Compression compression;
    private ByteBuffer scratch = ByteBuffer.allocate(0);

    /** The codecs that this machine can do. */
    public static Set<ActivationCodec> supported() {
        EnumSet<ActivationCodec> supported = EnumSet.allOf(ActivationCodec.class);
        if (!Compression.isAvailable()) {
            supported.removeIf(ActivationCodec::compressed);
        }
        return supported;
    }

    /**
     * @param activation little-endian; stays as it is, and is what the answer has where nothing was done
     * @param tensor what it is
     */
    public Encoded encode(ByteBuffer activation, TensorSpec tensor, ActivationCodec wished) {
        Encoded asItIs = new Encoded(ActivationCodec.FP32, activation);
        if (wished == ActivationCodec.FP32
                || tensor.type() != ElementType.FLOAT32
                || activation.remaining() != tensor.bytes()) {
            return asItIs;
        }
        Numbers numbers = write(activation, tensor, wished.numbers()) ? wished.numbers() : Numbers.AS_THEY_ARE;
        if (wished.compressed()) {
            if (numbers == Numbers.AS_THEY_ARE) {
                scratch(activation.remaining()).put(activation.duplicate()).flip();
            }
            ByteBuffer compressed = compression().compress(scratch.array(), scratch.limit());
            if (compressed.hasRemaining()) {
                return new Encoded(ActivationCodec.of(numbers, true), compressed);
            }
        }
        return numbers == Numbers.AS_THEY_ARE
                ? asItIs
                : new Encoded(
                        ActivationCodec.of(numbers, false),
                        ByteBuffer.wrap(Arrays.copyOf(scratch.array(), scratch.limit())));
    }

    /** Into the scratch buffer; false if it cannot be done, or need not. */
    private boolean write(ByteBuffer activation, TensorSpec tensor, Numbers numbers) {
        FloatBuffer floats = activation.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        int channels = numbers == Numbers.LEVELS_OF_CHANNEL ? Levels.channels(tensor) : 1;
        return switch (numbers) {
            case AS_THEY_ARE -> false;
            case HALF -> HalfFloats.encode(floats, scratch(HalfFloats.bytes(floats.remaining())));
            case LEVELS_OF_CHANNEL, LEVELS_OF_TENSOR ->
                Levels.encode(floats, channels, scratch(Levels.bytes(channels, floats.remaining())));
        };
    }

    /** Of that size, empty. */
    private ByteBuffer scratch(long bytes) {
        int size = Math.toIntExact(bytes);
        if (scratch.capacity() < size) {
            scratch = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        }
        return scratch.clear().limit(size);
    }

    private Compression compression() {
        Compression made = compression == null ? new Compression() : compression;
        compression = made;
        return made;
    }

    @Override
    public void close() {
        if (compression != null) {
            compression.close();
        }
    }
}
