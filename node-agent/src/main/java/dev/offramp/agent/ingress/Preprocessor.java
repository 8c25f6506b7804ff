package dev.offramp.agent.ingress;

import dev.offramp.partition.artifact.Preprocessing;
import dev.offramp.partition.artifact.Preprocessing.Color;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Pictures to the network's input. Scaling averages over the area of each target pixel, weighted where source pixels
 * straddle its border; for whole factors that is the plain mean over squares of pixels. Thread-safe.
 */
final class Preprocessor {
    /** ITU-R 601 luma, as most image libraries compute it. */
    private static final double[] LUMA = {0.299, 0.587, 0.114};

    private static final double FULL_SCALE = 255;

    private final Preprocessing preprocessing;

    Preprocessor(Preprocessing preprocessing) {
        this.preprocessing = preprocessing;
    }

    /** Little-endian float32 [channels, height, width]. */
    ByteBuffer tensor(Picture picture) {
        double[] scaled = scale(picture);
        Color color = preprocessing.color();
        int pixels = preprocessing.width() * preprocessing.height();
        ByteBuffer tensor =
                ByteBuffer.allocate(Float.BYTES * color.channels() * pixels).order(ByteOrder.LITTLE_ENDIAN);
        for (int channel = 0; channel < color.channels(); channel++) {
            float mean = preprocessing.mean().get(channel);
            float std = preprocessing.std().get(channel);
            for (int pixel = 0; pixel < pixels; pixel++) {
                double value = sample(scaled, picture.channels(), pixel, color, channel);
                tensor.putFloat(((float) (value / FULL_SCALE) - mean) / std);
            }
        }
        return tensor.flip();
    }

    private static double sample(double[] scaled, int channels, int pixel, Color color, int channel) {
        if (channels == 1) {
            return scaled[pixel];
        }
        int at = pixel * channels;
        return switch (color) {
            case RGB -> scaled[at + channel];
            case BGR -> scaled[at + 2 - channel];
            case GRAY -> LUMA[0] * scaled[at] + LUMA[1] * scaled[at + 1] + LUMA[2] * scaled[at + 2];
        };
    }

    /** Rows first, then columns: an area mean over rectangles separates. */
    private double[] scale(Picture picture) {
        int channels = picture.channels();
        double[] result = new double[preprocessing.width() * preprocessing.height() * channels];
        double[] row = new double[picture.width() * channels];
        double perRow = (double) picture.height() / preprocessing.height();
        for (int y = 0; y < preprocessing.height(); y++) {
            averageRows(picture, y * perRow, (y + 1) * perRow, row);
            averageColumns(row, picture.width(), channels, result, y * preprocessing.width() * channels);
        }
        return result;
    }

    private static void averageRows(Picture picture, double from, double to, double[] row) {
        Arrays.fill(row, 0);
        byte[] samples = picture.samples();
        for (int y = (int) from; y < picture.height() && y < to; y++) {
            double weight = overlap(y, from, to) / (to - from);
            int at = y * row.length;
            for (int i = 0; i < row.length; i++) {
                row[i] += weight * (samples[at + i] & 0xFF);
            }
        }
    }

    private void averageColumns(double[] row, int width, int channels, double[] result, int at) {
        double perColumn = (double) width / preprocessing.width();
        for (int x = 0; x < preprocessing.width(); x++) {
            double from = x * perColumn;
            double to = (x + 1) * perColumn;
            for (int source = (int) from; source < width && source < to; source++) {
                double weight = overlap(source, from, to) / perColumn;
                for (int channel = 0; channel < channels; channel++) {
                    result[at + x * channels + channel] += weight * row[source * channels + channel];
                }
            }
        }
    }

    /** Length of the part of pixel [{@code index}, {@code index} + 1] within [{@code from}, {@code to}]. */
    private static double overlap(int index, double from, double to) {
        return Math.max(0, Math.min(to, index + 1.0) - Math.max(from, index));
    }
}
