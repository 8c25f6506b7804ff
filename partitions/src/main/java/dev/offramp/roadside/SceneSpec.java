package dev.offramp.roadside;

import java.util.random.RandomGenerator;

/**
 * Everything a frame is drawn from; the same spec gives the same pixels. Immutable.
 *
 * @param scene what it shows
 * @param difficulty 0 (large, centred, clean) … 1 (small, dark, blurred, noisy, half hidden)
 * @param scale side of the object's square box as a share of the frame's, above 0 and at most 2
 * @param offsetX centre of the box from the frame's centre, as a share of its width, -1 … 1
 * @param offsetY likewise, of its height
 * @param mirrored driving or facing left
 * @param tiltDegrees rotation of the object, clockwise, -180 … 180
 * @param light 0 (night) … 1 (day)
 * @param weather what falls
 * @param weatherStrength 0 … 1
 * @param blurPixels length of the motion blur, at least 0; below 1 there is none
 * @param noise standard deviation of the sensor noise, in levels of 255, at least 0
 * @param occlusion share of the box's width that something in front takes, 0 … 1; below 0.03 there is nothing
 * @param clutter number of smaller things standing about, at most {@link #MAX_CLUTTER}
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
    /** A frame has room for so many smaller things. */
    public static final int MAX_CLUTTER = 16;

    /** @throws IllegalArgumentException when a parameter is outside its range */
    public SceneSpec {
        share("difficulty", difficulty);
        share("light", light);
        share("weatherStrength", weatherStrength);
        share("occlusion", occlusion);
        share("jpegQuality", jpegQuality);
        require(scale > 0 && scale <= 2, "scale", scale, "above 0 and at most 2");
        require(Math.abs(offsetX) <= 1, "offsetX", offsetX, "-1 to 1");
        require(Math.abs(offsetY) <= 1, "offsetY", offsetY, "-1 to 1");
        require(Math.abs(tiltDegrees) <= 180, "tiltDegrees", tiltDegrees, "-180 to 180");
        require(
                blurPixels >= 0 && blurPixels <= RoadsideRenderer.SIZE,
                "blurPixels",
                blurPixels,
                "0 to the frame's width");
        require(noise >= 0 && noise <= 255, "noise", noise, "0 to 255");
        require(clutter >= 0 && clutter <= MAX_CLUTTER, "clutter", clutter, "0 to " + MAX_CLUTTER);
    }

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

    private static void share(String name, double value) {
        require(value >= 0 && value <= 1, name, value, "0 to 1");
    }

    private static void require(boolean holds, String name, double value, String range) {
        if (!holds) {
            throw new IllegalArgumentException("%s (%s) of a scene must be %s".formatted(name, value, range));
        }
    }

    static double lerp(double from, double to, double t) {
        return from + (to - from) * t;
    }
}
