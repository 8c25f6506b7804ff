package dev.offramp.agent.artifact;

import dev.offramp.agent.artifact.ArtifactException.Kind;
import dev.offramp.partition.artifact.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Partition files by digest in one directory: {@code <sha256>.onnx} is complete and was verified, {@code <sha256>.part}
 * is on its way and is resumed. Every answer is verified anew. Confined to the deployment thread.
 */
public final class ArtifactCache {
    private static final Logger log = LoggerFactory.getLogger(ArtifactCache.class);
    private static final int BUFFER_BYTES = 64 << 10;

    private final Path directory;

    public ArtifactCache(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    /**
     * The verified file of {@code digest}, fetched if it is not here or no longer what it was.
     *
     * @param fileBytes its size
     */
    public Path ensure(Digest digest, long fileBytes, ArtifactSource source)
            throws ArtifactException, InterruptedException {
        Path complete = directory.resolve(digest.hex() + ".onnx");
        if (isIntact(digest, complete)) {
            return complete;
        }
        Path partial = directory.resolve(digest.hex() + ".part");
        try (PartialFile file = new PartialFile(digest, fileBytes, partial)) {
            if (file.size() < fileBytes) {
                source.fetch(digest, file.size(), file::append);
            }
            file.finish();
        } catch (IOException e) {
            throw new ArtifactException(
                    Kind.FETCH, "cannot fetch partition %s: %s".formatted(digest.abbreviated(), e.getMessage()), e);
        }
        publish(digest, partial, complete);
        return complete;
    }

    private static boolean isIntact(Digest digest, Path complete) throws ArtifactException {
        try {
            if (!Files.exists(complete)) {
                return false;
            }
            if (hash(complete).equals(digest)) {
                return true;
            }
            log.warn("partition {} on disk is damaged, fetching it again", digest.abbreviated());
            Files.delete(complete);
            return false;
        } catch (IOException e) {
            throw PartialFile.storage(digest, e);
        }
    }

    private void publish(Digest digest, Path partial, Path complete) throws ArtifactException {
        try {
            Digest found = hash(partial);
            if (!found.equals(digest)) {
                Files.delete(partial);
                throw new ArtifactException(
                        Kind.MISMATCH,
                        "partition %s arrived with SHA-256 %s: refused".formatted(digest.abbreviated(), found),
                        null);
            }
            Files.move(partial, complete, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel entries = FileChannel.open(directory)) {
                entries.force(true);
            }
        } catch (IOException e) {
            throw PartialFile.storage(digest, e);
        }
    }

    /**
     * Deletes files that are not in {@code keep}, oldest first, until at most {@code maxBytes} are left.
     *
     * @param keep what is deployed
     */
    public void prune(Set<Digest> keep, long maxBytes) {
        try {
            List<Path> files = new ArrayList<>();
            long total = 0;
            try (Stream<Path> entries = Files.list(directory)) {
                entries.filter(Files::isRegularFile).forEach(files::add);
            }
            for (Path file : files) {
                total += Files.size(file);
            }
            files.sort(Comparator.comparing(file -> file.toFile().lastModified()));
            for (Path file : files) {
                if (total > maxBytes && keep.stream().noneMatch(digest -> isOf(digest, file))) {
                    total -= Files.size(file);
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            log.warn("cannot prune {}: {}", directory, e.toString());
        }
    }

    private static boolean isOf(Digest digest, Path file) {
        return file.getFileName().toString().startsWith(digest.hex());
    }

    private static Digest hash(Path file) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha256.update(buffer, 0, read);
            }
        }
        return Digest.of(sha256);
    }
}
