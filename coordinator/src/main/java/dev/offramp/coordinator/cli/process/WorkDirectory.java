package dev.offramp.coordinator.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where child processes keep their data and logs; gone afterwards unless the operator named it. Thread-safe. */
public final class WorkDirectory implements AutoCloseable {
    private final Path path;
    private final boolean temporary;

    private WorkDirectory(Path path, boolean temporary) {
        this.path = path;
        this.temporary = temporary;
    }

    /** @param name of the command; part of a temporary directory's name */
    public static WorkDirectory open(String name, Optional<Path> wished) throws IOException {
        return wished.isPresent()
                ? new WorkDirectory(Files.createDirectories(wished.get().toAbsolutePath()), false)
                : new WorkDirectory(Files.createTempDirectory("offramp-" + name + "-"), true);
    }

    public Path path() {
        return path;
    }

    public boolean temporary() {
        return temporary;
    }

    /** A directory in it. */
    public Path folder(String name) throws IOException {
        return Files.createDirectories(path.resolve(name));
    }

    @Override
    public synchronized void close() {
        if (!temporary || !Files.exists(path)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(path)) {
            List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path one : deepestFirst) {
                Files.deleteIfExists(one);
            }
        } catch (IOException e) {
            // The system clears its temporary directory; nobody waits for this.
        }
    }
}
