package dev.offramp.roadside;

import java.util.random.RandomGenerator;

/**
 * Everything a frame is drawn from; the same spec gives the same pixels. Immutable.
 *
 * @param scene what it shows
 * @param difficulty 0 (large, centred, clean) … 1 (small, dark, blurred, noisy, half hidden)
 * @param scale height of the object's box as a share of the frame's
 * @param offsetX centre of the box from the frame's centre, as a share of its width
 * @param offsetY likewise, of its height
 * @param mirrored driving or facing left
 * @param tiltDegrees rotation of the object
 * @param light 0 (night) … 1 (day)
 * @param weather what falls
 * @param weatherStrength 0 … 1
 * @param blurPixels length of the motion blur
 * @param noise standard deviation of the sensor noise, in levels of 255
 * @param occlusion share of the box covered by something in front
 * @param clutter other, smaller things standing about
 * @param jpegQuality 0 … 1
 * @param seed of colours, proportions and textures
 */
public record SceneSpec(
        SceneClass scene,
        double difficulty,
        double scale,
        double offsetX,
        double offsetY,
        boolean mirrored,
        double tiltDegrees,
        double light,
        Weather weather,
        double weatherStrength,
        double blurPixels,
        double noise,
        double occlusion,
        int clutter,
        float jpegQuality,
        long seed) {
    /** What falls or hangs in the air. */
    public enum Weather {
        CLEAR,
        RAIN,
        SNOW,
        FOG
    }

    /** Draws a difficulty (40 % below 0.3, 35 % up to 0.65, 25 % above) and everything that follows from it. */
    public static SceneSpec draw(SceneClass scene, RandomGenerator random) {
        double share = random.nextDouble();
        double difficulty = share < 0.4
                ? random.nextDouble(0, 0.3)
                : share < 0.75 ? random.nextDouble(0.3, 0.65) : random.nextDouble(0.65, 1);
        double d = difficulty;
        Weather weather =
                random.nextDouble() < 0.15 + 0.6 * d ? Weather.values()[1 + random.nextInt(3)] : Weather.CLEAR;
        double scale = lerp(0.85, 0.34, d) * random.nextDouble(0.88, 1.1);
        double room = Math.max(0.02, (1 - scale) * 0.42);
        return new SceneSpec(
                scene,
                difficulty,
                scale,
                random.nextDouble(-room, room) * lerp(0.5, 1, d),
                random.nextDouble(-room, room) * 0.5,
                random.nextBoolean(),
                random.nextGaussian() * lerp(1.5, 7, d),
                Math.clamp(1 - d * random.nextDouble(0, 1.1), 0.12, 1),
                weather,
                random.nextDouble(0.3, 1) * lerp(0.3, 0.9, d),
                d < 0.25 ? 0 : random.nextDouble(0, 5.5 * d),
                lerp(2, 15, d) * random.nextDouble(0.5, 1.1),
                d < 0.3 ? 0 : random.nextDouble(0, 0.42 * d),
                (int) Math.round(random.nextDouble(0, 3.5 * d)),
                (float) lerp(0.92, 0.5, d * random.nextDouble()),
                random.nextLong());
    }

    static double lerp(double from, double to, double t) {
        return from + (to - from) * t;
    }
}
