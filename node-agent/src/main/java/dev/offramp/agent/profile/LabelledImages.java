package dev.offramp.agent.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Images in a directory or a zip file, each in a folder that is named as its class. Used by one thread at a time. */
final class LabelledImages implements AutoCloseable {
    /** One image: its file, and its class by the folder it is in. */
    record Image(Path file, String label) {
        byte[] bytes() throws IOException {
            return Files.readAllBytes(file);
        }
    }

    private static final List<String> SUFFIXES = List.of(".jpg", ".jpeg", ".png");

    private final AutoCloseable opened;
    private final List<Image> images;

    private LabelledImages(AutoCloseable opened, List<Image> images) {
        this.opened = opened;
        this.images = images;
    }

    static LabelledImages open(Path where) throws IOException {
        if (Files.isDirectory(where)) {
            return new LabelledImages(() -> {}, find(where));
        }
        FileSystem zip = FileSystems.newFileSystem(where);
        try {
            return new LabelledImages(zip, find(zip.getPath("/")));
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    /** By path, so that a profile has the same order each time. */
    private static List<Image> find(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(LabelledImages::isImage)
                    .sorted()
                    .map(file -> new Image(file, folder(file)))
                    .toList();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static boolean isImage(Path file) {
        String name =
                file.getFileName() == null ? "" : file.getFileName().toString().toLowerCase(Locale.ROOT);
        return SUFFIXES.stream().anyMatch(name::endsWith);
    }

    private static String folder(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null || parent.getFileName() == null
                ? ""
                : parent.getFileName().toString();
    }

    List<Image> images() {
        return images;
    }

    @Override
    public void close() throws IOException {
        try {
            opened.close();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
