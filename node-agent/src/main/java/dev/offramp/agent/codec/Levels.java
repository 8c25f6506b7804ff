package dev.offramp.agent.codec;

import dev.offramp.partition.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * float32 as one of 256 levels: {@code x ≈ scale · (level − zero)}, where {@code scale = (max − min) / 255} over a channel's
 * numbers and 0, and {@code zero}, the level of 0, is whole: zeros stay zeros. The error is at most half a scale (affine
 * quantisation: Jacob et al., CVPR 2018, 10.1109/CVPR.2018.00286). A channel whose scale would be no normal float, since all
 * its magnitudes are below 3·10⁻³⁶, becomes zeros. What is infinite or not a number has no level.
 *
 * <p>Layout, little-endian: the number of channels (int32), their scales (float32 each), their zeros (a byte each), then the
 * levels (a byte each), channel by channel. Stateless.
 */
final class Levels {
    private static final int MOST = 255;
    private static final int PER_CHANNEL_BYTES = Float.BYTES + 1;
    /** With fewer numbers, a channel's scale and zero would cost more than they gain. */
    private static final int LEAST_PER_CHANNEL = 16;
    /** Numbers that are handled at once. */
    private static final int BLOCK = 2048;

    private static final int CHANNEL_DIMENSION = 1;

    private Levels() {}

    /** That have a scale of their own: those of the dimension after the batch, or 1 where they are too small. */
    static int channels(TensorSpec tensor) {
        if (tensor.shape().size() <= CHANNEL_DIMENSION) {
            return 1;
        }
        long channels = tensor.shape().get(CHANNEL_DIMENSION);
        boolean large = channels > 0 && tensor.elements() / channels >= LEAST_PER_CHANNEL;
        return large ? Math.toIntExact(channels) : 1;
    }

    static long bytes(int channels, long elements) {
        return Integer.BYTES + (long) channels * PER_CHANNEL_BYTES + elements;
    }

    /** The most that {@code elements} may take, however many channels there are. */
    static long mostBytes(long elements) {
        return Integer.BYTES + Math.max(1, elements / LEAST_PER_CHANNEL) * PER_CHANNEL_BYTES + elements;
    }

    /** Whether all numbers are finite. What is in {@code target} counts only then. */
    static boolean encode(FloatBuffer numbers, int channels, ByteBuffer target) {
        int perChannel = numbers.remaining() / channels;
        int scales = Integer.BYTES;
        int zeros = scales + channels * Float.BYTES;
        int levels = zeros + channels;
        target.putInt(0, channels);
        float[] floats = new float[Math.min(BLOCK, perChannel)];
        byte[] block = new byte[floats.length];
        for (int channel = 0; channel < channels; channel++) {
            int from = channel * perChannel;
            Range range = Range.of(numbers, from, from + perChannel, floats);
            if (!range.isFinite()) {
                return false;
            }
            float scale = range.scale();
            int zero = range.zero(scale);
            target.putFloat(scales + channel * Float.BYTES, scale);
            target.put(zeros + channel, (byte) zero);
            // Adding a half before cutting off rounds to the nearest.
            float shift = zero + 0.5f;
            float inverse = scale == 0 ? 0 : 1 / scale;
            for (int done = 0; done < perChannel; done += floats.length) {
                int count = Math.min(floats.length, perChannel - done);
                numbers.get(numbers.position() + from + done, floats, 0, count);
                for (int i = 0; i < count; i++) {
                    int level = (int) (floats[i] * inverse + shift);
                    block[i] = (byte) Math.min(MOST, Math.max(0, level));
                }
                target.put(levels + from + done, block, 0, count);
            }
        }
        return true;
    }

    /**
     * What the numbers of a channel and 0 lie between.
     *
     * @param isFinite whether all of them are
     */
    private record Range(float min, float max, boolean isFinite) {
        static Range of(FloatBuffer numbers, int from, int to, float[] scratch) {
            float min = 0;
            float max = 0;
            // Becomes not-a-number with the first that is infinite or none.
            float witness = 0;
            for (int done = from; done < to; done += scratch.length) {
                int count = Math.min(scratch.length, to - done);
                numbers.get(numbers.position() + done, scratch, 0, count);
                for (int i = 0; i < count; i++) {
                    float number = scratch[i];
                    witness += number * 0;
                    if (number < min) {
                        min = number;
                    } else if (number > max) {
                        max = number;
                    }
                }
            }
            return new Range(min, max, witness == 0);
        }

        float scale() {
            // Divided first: the difference of two floats may be none.
            float scale = max / MOST - min / MOST;
            return scale < Float.MIN_NORMAL ? 0 : scale;
        }

        int zero(float scale) {
            return scale == 0 ? 0 : Math.min(MOST, Math.round(-min / scale));
        }
    }

    /** How many channels there are in what {@link #encode} wrote; refuses bytes that cannot be of so many numbers. */
    static int channels(ByteBuffer encoded, int elements) throws EncodingException {
        ByteBuffer in = encoded.slice().order(ByteOrder.LITTLE_ENDIAN);
        int channels = in.remaining() < Integer.BYTES ? 0 : in.getInt(0);
        if (channels < 1 || elements % channels != 0 || in.remaining() != bytes(channels, elements)) {
            throw new EncodingException("%d bytes with the levels of %d channels: expected those of %d numbers"
                    .formatted(in.remaining(), channels, elements));
        }
        return channels;
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @param channels as {@link #channels(ByteBuffer, int)} has found them
     * @param target has room for the numbers that are expected
     */
    static void decode(ByteBuffer encoded, int channels, FloatBuffer target) throws EncodingException {
        ByteBuffer in = encoded.slice().order(ByteOrder.LITTLE_ENDIAN);
        int elements = target.remaining();
        int scales = Integer.BYTES;
        int zeros = scales + channels * Float.BYTES;
        int levels = zeros + channels;
        int perChannel = elements / channels;
        byte[] block = new byte[Math.min(BLOCK, perChannel)];
        float[] floats = new float[block.length];
        float[] numberOf = new float[MOST + 1];
        for (int channel = 0; channel < channels; channel++) {
            float scale = in.getFloat(scales + channel * Float.BYTES);
            if (!(scale >= 0) || Float.isInfinite(scale)) {
                throw new EncodingException(
                        "channel %d has a scale of %s: expected a finite one from 0".formatted(channel, scale));
            }
            int zero = Byte.toUnsignedInt(in.get(zeros + channel));
            for (int level = 0; level <= MOST; level++) {
                numberOf[level] = scale * (level - zero);
            }
            int from = levels + channel * perChannel;
            for (int done = 0; done < perChannel; done += block.length) {
                int count = Math.min(block.length, perChannel - done);
                in.get(from + done, block, 0, count);
                for (int i = 0; i < count; i++) {
                    floats[i] = numberOf[block[i] & MOST];
                }
                target.put(floats, 0, count);
            }
        }
    }
}
