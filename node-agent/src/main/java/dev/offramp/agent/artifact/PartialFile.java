package dev.offramp.agent.artifact;

import dev.offramp.agent.artifact.ArtifactException.Kind;
import dev.offramp.partition.artifact.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file on its way. Whatever the disk refuses deletes it; a source that fails leaves it to be resumed. Confined to one
 * thread.
 */
final class PartialFile implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PartialFile.class);

    private final Digest digest;
    private final long fileBytes;
    private final Path path;
    private final FileChannel channel;
    private long size;

    PartialFile(Digest digest, long fileBytes, Path path) throws ArtifactException {
        this.digest = digest;
        this.fileBytes = fileBytes;
        this.path = path;
        try {
            channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            size = channel.size();
            if (size > fileBytes) {
                channel.truncate(0);
                size = 0;
            }
            channel.position(size);
        } catch (IOException e) {
            throw storage(digest, e);
        }
    }

    long size() {
        return size;
    }

    void append(ByteBuffer piece) throws ArtifactException {
        if (size + piece.remaining() > fileBytes) {
            discard();
            throw new ArtifactException(
                    Kind.MISMATCH,
                    "partition %s is larger than the %d bytes its manifest says: refused"
                            .formatted(digest.abbreviated(), fileBytes),
                    null);
        }
        try {
            while (piece.hasRemaining()) {
                size += channel.write(piece);
            }
        } catch (IOException e) {
            discard();
            throw storage(digest, e);
        }
    }

    /** Checks the size and makes the bytes durable. */
    void finish() throws ArtifactException {
        if (size < fileBytes) {
            throw new ArtifactException(
                    Kind.FETCH,
                    "partition %s ended after %d of %d bytes".formatted(digest.abbreviated(), size, fileBytes),
                    null);
        }
        try {
            channel.force(true);
        } catch (IOException e) {
            discard();
            throw storage(digest, e);
        }
    }

    private void discard() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.warn("cannot delete {}: {}", path, e.toString());
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            log.warn("cannot close {}: {}", path, e.toString());
        }
    }

    static ArtifactException storage(Digest digest, IOException e) {
        return new ArtifactException(
                Kind.STORAGE,
                "cannot keep partition %s: %s\nMaybe the disk is full or read-only".formatted(digest.abbreviated(), e),
                e);
    }
}
