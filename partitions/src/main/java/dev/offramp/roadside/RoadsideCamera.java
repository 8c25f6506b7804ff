package dev.offramp.roadside;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * An endless, seeded sequence of roadside frames whose truth is known. Every ten frames show each class once, in random
 * order. Training, test and live cameras draw from random streams of their own, also when their seeds are equal. Confined
 * to one thread.
 */
public final class RoadsideCamera {
    private static final long TRAINING = 0x7261696e696e6721L;
    private static final long TEST = 0x7465737420736574L;
    private static final long LIVE = 0x6c69766520736565L;

    private final RoadsideRenderer renderer = new RoadsideRenderer();
    private final SceneClass[] round = SceneClass.values();
    private final SplittableRandom random;
    private long frames;

    private RoadsideCamera(long namespace, long seed) {
        this.random = new SplittableRandom(new SplittableRandom(seed).nextLong() ^ namespace);
    }

    /** Frames to train on. */
    public static RoadsideCamera training(long seed) {
        return new RoadsideCamera(TRAINING, seed);
    }

    /** Frames to measure accuracy on. */
    public static RoadsideCamera test(long seed) {
        return new RoadsideCamera(TEST, seed);
    }

    /** Frames for a running cluster. */
    public static RoadsideCamera live(long seed) {
        return new RoadsideCamera(LIVE, seed);
    }

    /** Draws and encodes the next frame; takes about a millisecond of a desktop core. */
    public RoadsideFrame next() {
        int place = (int) (frames % round.length);
        if (place == 0) {
            shuffle();
        }
        SceneSpec spec = SceneSpec.draw(round[place], random);
        return new RoadsideFrame(++frames, spec.scene(), jpeg(renderer.render(spec), spec.jpegQuality()));
    }

    private void shuffle() {
        for (int i = round.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            SceneClass swapped = round[i];
            round[i] = round[j];
            round[j] = swapped;
        }
    }

    private static byte[] jpeg(BufferedImage frame, float quality) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(quality);
            writer.setOutput(out);
            writer.write(null, new IIOImage(frame, null, null), parameters);
        } catch (IOException e) {
            throw new UncheckedIOException("a JPEG into memory cannot fail", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
