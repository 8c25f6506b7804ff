package dev.offramp.agent.board;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The small files in which Linux tells about the machine. What is not there or cannot be read is absent. Thread-safe. */
final class SystemFiles {
    private final Path root;

    SystemFiles(Path root) {
        this.root = root;
    }

    Optional<String> text(String file) {
        return read(root.resolve(file));
    }

    static Optional<String> text(Path directory, String file) {
        return read(directory.resolve(file));
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException | SecurityException e) {
            return Optional.empty();
        }
    }

    /** Directories in {@code parent} whose names match, in the order of their names. */
    List<Path> directories(String parent, String pattern) {
        try (Stream<Path> all = Files.list(root.resolve(parent))) {
            return all.filter(path -> path.getFileName().toString().matches(pattern))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    static OptionalLong number(String text, int radix) {
        try {
            return OptionalLong.of(Long.parseLong(text.strip(), radix));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
