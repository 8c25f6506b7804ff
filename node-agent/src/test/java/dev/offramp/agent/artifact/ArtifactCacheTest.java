package dev.offramp.agent.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.agent.artifact.ArtifactException.Kind;
import dev.offramp.partition.artifact.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactCacheTest {
    private static final int BYTES = 200_000;

    @TempDir
    private Path directory;

    private final byte[] file = new byte[BYTES];
    private Digest digest = Digest.of(file);
    private final List<Long> offsets = new ArrayList<>();

    @BeforeEach
    void fill() {
        new Random(3).nextBytes(file);
        digest = Digest.of(file);
    }

    private ArtifactSource from(byte[] bytes, int upTo) {
        return (wanted, offset, sink) -> {
            offsets.add(offset);
            for (int at = (int) offset; at < upTo; at += 1000) {
                sink.accept(ByteBuffer.wrap(bytes, at, Math.min(1000, upTo - at)));
            }
            if (upTo < bytes.length) {
                throw new IOException("the coordinator is gone");
            }
        };
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void fetchesOnceAndThenServesFromDisk() throws Exception {
        ArtifactCache cache = new ArtifactCache(directory);

        Path path = cache.ensure(digest, BYTES, from(file, BYTES));
        cache.ensure(digest, BYTES, from(file, BYTES));

        assertThat(Files.readAllBytes(path)).isEqualTo(file);
        assertThat(offsets).containsExactly(0L);
        assertThat(names()).containsExactly(digest.hex() + ".onnx");
    }

    @Test
    void resumesWhereTheSourceFailed() throws Exception {
        ArtifactCache cache = new ArtifactCache(directory);

        assertThatThrownBy(() -> cache.ensure(digest, BYTES, from(file, 50_000)))
                .isInstanceOfSatisfying(
                        ArtifactException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FETCH));
        Path path = new ArtifactCache(directory).ensure(digest, BYTES, from(file, BYTES));

        assertThat(offsets).containsExactly(0L, 50_000L);
        assertThat(Files.readAllBytes(path)).isEqualTo(file);
    }

    @Test
    void refusesBytesWithAnotherHashAndStartsAfresh() throws Exception {
        ArtifactCache cache = new ArtifactCache(directory);
        byte[] flipped = file.clone();
        flipped[100_000] ^= 1;

        assertThatThrownBy(() -> cache.ensure(digest, BYTES, from(flipped, BYTES)))
                .isInstanceOfSatisfying(
                        ArtifactException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MISMATCH));
        assertThat(names()).isEmpty();
        cache.ensure(digest, BYTES, from(file, BYTES));
        assertThat(offsets).containsExactly(0L, 0L);
    }

    @Test
    void refusesMoreBytesThanTheManifestSays() throws Exception {
        ArtifactCache cache = new ArtifactCache(directory);

        assertThatThrownBy(() -> cache.ensure(digest, BYTES - 1, from(file, BYTES)))
                .isInstanceOfSatisfying(
                        ArtifactException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MISMATCH));
        assertThat(names()).isEmpty();
    }

    @Test
    void fetchesAgainWhatWasDamagedOnDisk() throws Exception {
        ArtifactCache cache = new ArtifactCache(directory);
        Path path = cache.ensure(digest, BYTES, from(file, BYTES));
        Files.write(path, Arrays.copyOf(file, BYTES / 2));

        cache.ensure(digest, BYTES, from(file, BYTES));

        assertThat(Files.readAllBytes(path)).isEqualTo(file);
        assertThat(offsets).hasSize(2);
    }

    @Test
    void failsWholeWhereTheDirectoryCannotBeWritten() throws Exception {
        ArtifactCache cache = new ArtifactCache(directory.resolve("cache"));
        Files.delete(directory.resolve("cache"));

        assertThatThrownBy(() -> cache.ensure(digest, BYTES, from(file, BYTES)))
                .isInstanceOfSatisfying(
                        ArtifactException.class, e -> assertThat(e.kind()).isEqualTo(Kind.STORAGE))
                .hasMessageContaining("Maybe the disk is full or read-only");
        assertThat(offsets).isEmpty();
    }

    @Test
    void prunesTheOldestButNothingDeployed() throws Exception {
        ArtifactCache cache = new ArtifactCache(directory);
        cache.ensure(digest, BYTES, from(file, BYTES));
        byte[] other = Arrays.copyOf(file, BYTES - 1);
        cache.ensure(Digest.of(other), other.length, from(other, other.length));

        cache.prune(Set.of(digest), BYTES);

        assertThat(names()).containsExactly(digest.hex() + ".onnx");
    }
}
