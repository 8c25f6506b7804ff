package dev.offramp.roadside;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.random.RandomGenerator;

/** What light, air and sensor do to a frame: darkness, fog, motion blur, noise. Works on RGB pixels in place. */
final class Lens {
    private Lens() {}

    static void apply(BufferedImage frame, SceneSpec spec, RandomGenerator random) {
        int[] pixels = ((DataBufferInt) frame.getRaster().getDataBuffer()).getData();
        if (spec.blurPixels() >= 1) {
            blur(pixels, frame.getWidth(), frame.getHeight(), (int) Math.round(spec.blurPixels()));
        }
        double fog = spec.weather() == SceneSpec.Weather.FOG ? 0.75 * spec.weatherStrength() : 0;
        double gain = SceneSpec.lerp(0.28, 1, spec.light());
        double coolness = 1 - spec.light();
        double[] tint = {gain * (1 - 0.25 * coolness), gain * (1 - 0.15 * coolness), gain};
        for (int i = 0; i < pixels.length; i++) {
            double grain = spec.noise() * random.nextGaussian();
            int pixel = 0;
            for (int channel = 0; channel < 3; channel++) {
                double level = (pixels[i] >> (16 - 8 * channel)) & 0xff;
                level = (level * (1 - fog) + 205 * fog) * tint[channel]
                        + grain
                        + 0.4 * spec.noise() * random.nextGaussian();
                pixel = (pixel << 8) | (int) Math.clamp(level, 0, 255);
            }
            pixels[i] = pixel;
        }
    }

    /** A box filter along the rows: things on a road move sideways. */
    private static void blur(int[] pixels, int width, int height, int length) {
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            System.arraycopy(pixels, y * width, row, 0, width);
            for (int x = 0; x < width; x++) {
                int red = 0;
                int green = 0;
                int blue = 0;
                for (int k = 0; k <= length; k++) {
                    int pixel = row[Math.clamp(x + k - length / 2, 0, width - 1)];
                    red += (pixel >> 16) & 0xff;
                    green += (pixel >> 8) & 0xff;
                    blue += pixel & 0xff;
                }
                int n = length + 1;
                pixels[y * width + x] = ((red / n) << 16) | ((green / n) << 8) | (blue / n);
            }
        }
    }
}
