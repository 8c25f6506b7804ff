package dev.offramp.partition.artifact;

import java.util.List;

/**
 * How a decoded frame becomes the network's input: scaled to {@code width} × {@code height} by area averaging, channels
 * in {@code color} order, each sample {@code (value / 255 − mean) / std}, laid out [1, channels, height, width].
 *
 * @param mean per channel, in units of full scale (0 … 1)
 * @param std per channel, in units of full scale, positive
 */
public record Preprocessing(int width, int height, Color color, List<Float> mean, List<Float> std) {
    /** Channel order. */
    public enum Color {
        RGB(3),
        BGR(3),
        GRAY(1);

        private final int channels;

        Color(int channels) {
            this.channels = channels;
        }

        public int channels() {
            return channels;
        }
    }

    public Preprocessing {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "input of %d × %d pixels: expected at least 1 × 1".formatted(width, height));
        }
        if (mean.size() != color.channels() || std.size() != color.channels()) {
            throw new IllegalArgumentException("mean %s and std %s must have %d entries each, one per channel of %s"
                    .formatted(mean, std, color.channels(), color));
        }
        if (std.stream().anyMatch(value -> !(value > 0))) {
            throw new IllegalArgumentException("std %s must be positive".formatted(std));
        }
    }
}
