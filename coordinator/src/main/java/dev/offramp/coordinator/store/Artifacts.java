package dev.offramp.coordinator.store;

import dev.offramp.coordinator.control.StoreException;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.profile.ExitProfile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Partition files and exit profiles by their SHA-256. A file is written under a temporary name, checked, forced to disk and renamed, so
 * that what has its name has its content. Thread-safe.
 */
public final class Artifacts {
    private static final String TEMPORARY = ".partial";

    private final Path directory;

    private Artifacts(Path directory) {
        this.directory = directory;
    }

    /** Opens the directory, or makes it, and removes what a crash left half written. */
    public static Artifacts open(Path directory) throws StoreException {
        try {
            Files.createDirectories(directory);
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file :
                        files.filter(one -> one.toString().endsWith(TEMPORARY)).toList()) {
                    Files.delete(file);
                }
            }
            return new Artifacts(directory);
        } catch (IOException e) {
            throw new StoreException("artifact store %s: %s".formatted(directory, e.getMessage()), e);
        }
    }

    Path path(Digest digest) {
        return directory.resolve(digest.hex());
    }

    public boolean has(Digest digest) {
        return Files.exists(path(digest));
    }

    /** Why an artifact is no exit profile for so many exits; empty if it is one. */
    public Optional<String> profileProblem(Digest digest, int exits) {
        try {
            int found = ExitProfile.read(path(digest)).exits();
            return found == exits
                    ? Optional.empty()
                    : Optional.of("the exit profile has %d exits, the model %d\nMaybe it is another model's"
                            .formatted(found, exits));
        } catch (IOException e) {
            return Optional.of("the exit profile cannot be read: " + e.getMessage());
        }
    }

    /** Opens a file for reading; empty if there is none of that content. */
    public Optional<FileChannel> read(Digest digest) throws IOException {
        Path path = path(digest);
        return Files.exists(path) ? Optional.of(FileChannel.open(path, StandardOpenOption.READ)) : Optional.empty();
    }

    /** Begins to take a file in; {@link Upload#finish} makes it visible, {@link Upload#close} forgets it otherwise. */
    public Upload upload(Digest expected, long bytes) throws IOException {
        Path temporary = Files.createTempFile(directory, expected.abbreviated(), TEMPORARY);
        return new Upload(expected, bytes, temporary);
    }

    /** One file coming in. Confined. */
    public final class Upload implements AutoCloseable {
        private final Digest expected;
        private final long bytes;
        private final Path temporary;
        private final FileChannel channel;
        private final MessageDigest hash = Digest.sha256();
        private long written;

        private Upload(Digest expected, long bytes, Path temporary) throws IOException {
            this.expected = expected;
            this.bytes = bytes;
            this.temporary = temporary;
            this.channel = FileChannel.open(temporary, StandardOpenOption.WRITE);
        }

        /** Bytes that are still to come. */
        public long missing() {
            return bytes - written;
        }

        /** Takes the buffer's remaining bytes, at most {@link #missing} of them. */
        public void write(ByteBuffer piece) throws IOException {
            ByteBuffer taken = piece.slice(piece.position(), (int) Math.min(piece.remaining(), missing()));
            piece.position(piece.position() + taken.remaining());
            written += taken.remaining();
            hash.update(taken.duplicate());
            while (taken.hasRemaining()) {
                channel.write(taken);
            }
        }

        /** The file is there from now on, if its content is what it should be; false if not. */
        public boolean finish() throws IOException {
            if (missing() > 0 || !Digest.of(hash).equals(expected)) {
                return false;
            }
            channel.force(true);
            channel.close();
            Files.move(temporary, path(expected), StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel parent = FileChannel.open(directory, StandardOpenOption.READ)) {
                parent.force(true);
            }
            return true;
        }

        @Override
        public void close() throws IOException {
            channel.close();
            Files.deleteIfExists(temporary);
        }
    }
}
