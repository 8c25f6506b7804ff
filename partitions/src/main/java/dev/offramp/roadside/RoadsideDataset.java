package dev.offramp.roadside;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes frames to learn from and to measure with: a zip file with entries {@code train/CLASS/N.jpg} and
 * {@code test/CLASS/N.jpg}, N from 1. The same counts and seed give the same frames.
 *
 * <pre>java -cp partitions/target/classes dev.offramp.roadside.RoadsideDataset roadside.zip [TRAIN [TEST [SEED]]]</pre>
 *
 * Exit status 64 for wrong arguments, 74 for a file that cannot be written.
 */
public final class RoadsideDataset {
    /** At most so many frames per split; a million take about 3 GB. */
    static final int MAX_FRAMES = 1_000_000;

    private static final int BAD_USAGE = 64;
    private static final int IO_FAILURE = 74;
    private static final String USAGE =
            "usage: RoadsideDataset ZIP [TRAIN [TEST [SEED]]], by default 40000 frames to train, 4000 to test, seed 1";

    private RoadsideDataset() {}

    /** What the command line asks for. */
    record Order(Path zip, int train, int test, long seed) {
        /** @throws IllegalArgumentException that says what is wrong with the arguments */
        static Order parse(String... arguments) {
            if (arguments.length < 1 || arguments.length > 4) {
                throw new IllegalArgumentException("expected 1 to 4 arguments, found " + arguments.length);
            }
            return new Order(
                    Path.of(arguments[0]),
                    frames(arguments, 1, "TRAIN", 40_000),
                    frames(arguments, 2, "TEST", 4_000),
                    number(arguments, 3, "SEED", 1));
        }

        private static int frames(String[] arguments, int index, String name, int otherwise) {
            long frames = number(arguments, index, name, otherwise);
            if (frames < 0 || frames > MAX_FRAMES) {
                throw new IllegalArgumentException("%s (%d) must be 0 to %d".formatted(name, frames, MAX_FRAMES));
            }
            return (int) frames;
        }

        private static long number(String[] arguments, int index, String name, long otherwise) {
            if (index >= arguments.length) {
                return otherwise;
            }
            try {
                return Long.parseLong(arguments[index]);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("%s ('%s') must be a number".formatted(name, arguments[index]), e);
            }
        }
    }

    public static void main(String[] arguments) {
        System.setProperty("java.awt.headless", "true");
        try {
            write(Order.parse(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + USAGE);
            System.exit(BAD_USAGE);
        } catch (IOException e) {
            System.err.println("cannot write " + arguments[0] + ": " + e);
            System.exit(IO_FAILURE);
        }
    }

    /**
     * Writes both splits, balanced over the classes when their counts are multiples of ten. The file appears under its
     * name only when it is complete.
     */
    static void write(Order order) throws IOException {
        Path unfinished = order.zip().resolveSibling(order.zip().getFileName() + ".part");
        try {
            try (ZipOutputStream out =
                    new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
                write(out, "train", RoadsideCamera.training(order.seed()), order.train());
                write(out, "test", RoadsideCamera.test(order.seed()), order.test());
            }
            Files.move(unfinished, order.zip(), StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static void write(ZipOutputStream out, String split, RoadsideCamera camera, int frames) throws IOException {
        Map<SceneClass, Integer> written = new EnumMap<>(SceneClass.class);
        for (int i = 0; i < frames; i++) {
            RoadsideFrame frame = camera.next();
            int number = written.merge(frame.truth(), 1, Integer::sum);
            ZipEntry entry = new ZipEntry(split + "/" + frame.truth().label() + "/" + number + ".jpg");
            entry.setTime(0);
            out.putNextEntry(entry);
            out.write(frame.jpeg());
            out.closeEntry();
        }
    }
}
