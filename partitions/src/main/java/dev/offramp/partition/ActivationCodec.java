package dev.offramp.partition;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * How the float32 numbers of an activation travel between nodes. Activations of other element types travel as they are,
 * whatever is chosen. The most exact come first, and of two as exact the one that is not compressed.
 */
public enum ActivationCodec {
    /** As they are. */
    FP32(Numbers.AS_THEY_ARE, false),
    /** As they are, compressed. */
    FP32_ZSTD(Numbers.AS_THEY_ARE, true),
    /** As half-precision numbers. */
    FP16(Numbers.HALF, false),
    FP16_ZSTD(Numbers.HALF, true),
    /** As 256 levels of each channel's range. */
    INT8_CHANNEL(Numbers.LEVELS_OF_CHANNEL, false),
    INT8_CHANNEL_ZSTD(Numbers.LEVELS_OF_CHANNEL, true),
    /** As 256 levels of the whole tensor's range. */
    INT8_TENSOR(Numbers.LEVELS_OF_TENSOR, false),
    INT8_TENSOR_ZSTD(Numbers.LEVELS_OF_TENSOR, true);

    /** What becomes of the numbers, from the most exact. */
    public enum Numbers {
        AS_THEY_ARE("fp32"),
        HALF("fp16"),
        LEVELS_OF_CHANNEL("int8"),
        LEVELS_OF_TENSOR("int8-tensor");

        private final String label;

        Numbers(String label) {
            this.label = label;
        }
    }

    private static final String COMPRESSED = "+zstd";

    private final Numbers numbers;
    private final boolean compressed;

    ActivationCodec(Numbers numbers, boolean compressed) {
        this.numbers = numbers;
        this.compressed = compressed;
    }

    /** The codec that does this. */
    public static ActivationCodec of(Numbers numbers, boolean compressed) {
        return Arrays.stream(values())
                .filter(codec -> codec.numbers == numbers && codec.compressed == compressed)
                .findFirst()
                .orElseThrow();
    }

    /** By its label. */
    public static Optional<ActivationCodec> find(String label) {
        return Arrays.stream(values())
                .filter(codec -> codec.label().equals(label.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    public Numbers numbers() {
        return numbers;
    }

    /** Whether the bytes are compressed without loss. */
    public boolean compressed() {
        return compressed;
    }

    /** Whether the receiver gets the very bits that were sent. */
    public boolean isExact() {
        return numbers == Numbers.AS_THEY_ARE;
    }

    /** As in commands, metrics and documents, e.g. {@code int8+zstd}. */
    public String label() {
        return numbers.label + (compressed ? COMPRESSED : "");
    }
}
