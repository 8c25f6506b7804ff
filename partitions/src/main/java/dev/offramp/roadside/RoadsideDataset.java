package dev.offramp.roadside;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes frames to learn from and to measure with: a zip file with entries {@code train/CLASS/N.jpg} and
 * {@code test/CLASS/N.jpg}.
 *
 * <pre>java -cp partitions/target/classes dev.offramp.roadside.RoadsideDataset roadside.zip [TRAIN [TEST [SEED]]]</pre>
 */
public final class RoadsideDataset {
    private static final String USAGE =
            "usage: RoadsideDataset ZIP [TRAIN [TEST [SEED]]], by default 40000 frames to train, 4000 to test, seed 1";

    private RoadsideDataset() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 1 || arguments.length > 4) {
            System.err.println(USAGE);
            System.exit(64);
        }
        try {
            long seed = number(arguments, 3, 1);
            write(Path.of(arguments[0]), (int) number(arguments, 1, 40_000), (int) number(arguments, 2, 4_000), seed);
        } catch (NumberFormatException e) {
            System.err.println("not a number: " + e.getMessage() + "\n" + USAGE);
            System.exit(64);
        }
    }

    private static long number(String[] arguments, int index, long otherwise) {
        return index < arguments.length ? Long.parseLong(arguments[index]) : otherwise;
    }

    /** Writes {@code train} and {@code test} frames, balanced over the classes when they are multiples of ten. */
    static void write(Path zip, int train, int test, long seed) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(zip)))) {
            write(out, "train", RoadsideCamera.training(seed), train);
            write(out, "test", RoadsideCamera.test(seed), test);
        }
    }

    private static void write(ZipOutputStream out, String split, RoadsideCamera camera, int frames) throws IOException {
        Map<SceneClass, Integer> written = new HashMap<>();
        for (int i = 0; i < frames; i++) {
            RoadsideFrame frame = camera.next();
            int number = written.merge(frame.truth(), 1, Integer::sum);
            ZipEntry entry =
                    new ZipEntry("%s/%s/%d.jpg".formatted(split, frame.truth().label(), number));
            entry.setTime(0);
            out.putNextEntry(entry);
            out.write(frame.jpeg());
            out.closeEntry();
        }
    }
}
