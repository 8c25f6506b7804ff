package dev.offramp.coordinator.cli.bench.links;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** Frames for a bench: what is in them decides how well activations are compressed. Stateless. */
final class Pictures {
    private static final int COUNT = 64;
    private static final int SIDE = 32;
    private static final int NOISE = 40;

    private Pictures() {}

    /** Some of the test images, evenly from all of them, or made-up ones where there are none. */
    static List<byte[]> of(Optional<Path> images) throws IOException {
        if (images.isEmpty()) {
            return madeUp();
        }
        if (Files.isDirectory(images.get())) {
            return some(images.get());
        }
        try (FileSystem zip = FileSystems.newFileSystem(images.get())) {
            return some(zip.getPath("/"));
        }
    }

    private static List<byte[]> some(Path root) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(root)) {
            files = walk.filter(file -> file.toString().endsWith(".jpg"))
                    .sorted()
                    .toList();
        }
        if (files.isEmpty()) {
            throw new IOException("%s has no .jpg file".formatted(root));
        }
        List<byte[]> pictures = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            pictures.add(Files.readAllBytes(files.get((int) ((long) i * files.size() / COUNT))));
        }
        return pictures;
    }

    private static List<byte[]> madeUp() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        List<byte[]> pictures = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
            int slope = random.nextInt(1, 7);
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    image.setRGB(x, y, ((slope * x) << 16) | ((6 * y) << 8) | random.nextInt(NOISE));
                }
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(image, "jpeg", bytes);
            pictures.add(bytes.toByteArray());
        }
        return pictures;
    }
}
