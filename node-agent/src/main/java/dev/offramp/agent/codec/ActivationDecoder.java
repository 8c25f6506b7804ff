package dev.offramp.agent.codec;

import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.ActivationCodec.Numbers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Gives activations back their size. What it allocates is bounded by the size that the caller expects, not by what the bytes
 * say, and nothing of that size before the bytes could be of it. Confined to one thread.
 */
public final class ActivationDecoder implements AutoCloseable {
    private @Nullable Compression compression;

    /**
     * @param bytes as they came
     * @param expected bytes of the activation
     * @return the activation, little-endian, from 0 to its limit
     * @throws EncodingException if it is not what {@code codec} makes of an activation of that size
     */
    public ByteBuffer decode(ActivationCodec codec, ByteBuffer bytes, int expected) throws EncodingException {
        if (codec.numbers() != Numbers.AS_THEY_ARE && expected % Float.BYTES != 0) {
            throw new EncodingException("an activation of %d bytes in %s: expected whole numbers of %d bytes"
                    .formatted(expected, codec.label(), Float.BYTES));
        }
        int elements = expected / Float.BYTES;
        ByteBuffer plain = codec.compressed() ? decompressed(codec, bytes, expected) : bytes.slice();
        plain.order(ByteOrder.LITTLE_ENDIAN);
        return switch (codec.numbers()) {
            case AS_THEY_ARE -> checked(plain, expected);
            case HALF -> {
                checked(plain, HalfFloats.bytes(elements));
                ByteBuffer target = allocate(expected);
                HalfFloats.decode(plain.asShortBuffer(), target.asFloatBuffer());
                yield target;
            }
            case LEVELS_OF_CHANNEL, LEVELS_OF_TENSOR -> {
                if (plain.remaining() > Levels.mostBytes(elements)) {
                    throw wrongSize(plain, Levels.mostBytes(elements));
                }
                int channels = Levels.channels(plain, elements);
                ByteBuffer target = allocate(expected);
                Levels.decode(plain, channels, target.asFloatBuffer());
                yield target;
            }
        };
    }

    private ByteBuffer decompressed(ActivationCodec codec, ByteBuffer bytes, int expected) throws EncodingException {
        if (!Compression.isAvailable()) {
            throw new EncodingException("%s cannot be decompressed on this machine".formatted(codec.label()));
        }
        Compression made = compression == null ? new Compression() : compression;
        compression = made;
        int elements = expected / Float.BYTES;
        long least =
                switch (codec.numbers()) {
                    case AS_THEY_ARE -> expected;
                    case HALF -> HalfFloats.bytes(elements);
                    case LEVELS_OF_CHANNEL, LEVELS_OF_TENSOR -> Levels.bytes(1, elements);
                };
        boolean levels = codec.numbers() != Numbers.AS_THEY_ARE && codec.numbers() != Numbers.HALF;
        return ByteBuffer.wrap(made.decompress(bytes, least, levels ? Levels.mostBytes(elements) : least));
    }

    private static ByteBuffer checked(ByteBuffer plain, long expected) throws EncodingException {
        if (plain.remaining() != expected) {
            throw wrongSize(plain, expected);
        }
        return plain;
    }

    private static EncodingException wrongSize(ByteBuffer plain, long expected) {
        return new EncodingException("%d bytes of an activation: expected %d".formatted(plain.remaining(), expected));
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
        if (compression != null) {
            compression.close();
        }
    }
}
