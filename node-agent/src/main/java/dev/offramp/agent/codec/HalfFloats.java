package dev.offramp.agent.codec;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * float32 as IEEE 754 half precision and back. The relative error is at most 2⁻¹¹; below 2⁻¹⁴ in magnitude, where half
 * precision is denormal, the absolute error is at most 2⁻²⁵. Infinities stay, and so does that a value is not a number.
 * Stateless.
 */
final class HalfFloats {
    /** Numbers that are handled at once. */
    private static final int BLOCK = 2048;

    private HalfFloats() {}

    static long bytes(long elements) {
        return elements * Short.BYTES;
    }

    /** Whether all numbers fit; from 65520 on they would become infinite. What is in {@code target} counts only then. */
    static boolean encode(FloatBuffer numbers, ByteBuffer target) {
        float[] floats = new float[Math.min(BLOCK, numbers.remaining())];
        short[] halves = new short[floats.length];
        FloatBuffer source = numbers.duplicate();
        ShortBuffer sink = target.asShortBuffer();
        while (source.hasRemaining()) {
            int count = Math.min(floats.length, source.remaining());
            source.get(floats, 0, count);
            for (int i = 0; i < count; i++) {
                halves[i] = Float.floatToFloat16(floats[i]);
                if (isInfinite(halves[i]) && !Float.isInfinite(floats[i])) {
                    return false;
                }
            }
            sink.put(halves, 0, count);
        }
        return true;
    }

    private static boolean isInfinite(short half) {
        return (half & 0x7FFF) == 0x7C00;
    }

    /** @param halves one for each number of {@code target} */
    static void decode(ShortBuffer halves, FloatBuffer target) {
        short[] block = new short[Math.min(BLOCK, halves.remaining())];
        float[] floats = new float[block.length];
        while (halves.hasRemaining()) {
            int count = Math.min(block.length, halves.remaining());
            halves.get(block, 0, count);
            for (int i = 0; i < count; i++) {
                floats[i] = Float.float16ToFloat(block[i]);
            }
            target.put(floats, 0, count);
        }
    }
}
