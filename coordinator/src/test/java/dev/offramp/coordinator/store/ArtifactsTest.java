package dev.offramp.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.control.StoreException;
import dev.offramp.partition.artifact.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactsTest {
    private static final byte[] BYTES = {1, 2, 3, 4, 5};
    private static final Digest DIGEST = Digest.of(BYTES);

    @TempDir
    private Path directory;

    private Artifacts artifacts;

    @BeforeEach
    void open() throws StoreException {
        artifacts = Artifacts.open(directory);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void fileIsThereOnceItIsWhole() throws IOException {
        try (Artifacts.Upload upload = artifacts.upload(DIGEST, BYTES.length)) {
            upload.write(ByteBuffer.wrap(BYTES, 0, 2));
            assertThat(artifacts.has(DIGEST)).isFalse();
            upload.write(ByteBuffer.wrap(BYTES, 2, 3));
            assertThat(upload.finish()).isTrue();
        }

        try (FileChannel file = artifacts.read(DIGEST).orElseThrow()) {
            assertThat(file.size()).isEqualTo(BYTES.length);
        }
        assertThat(files()).hasSize(1);
    }

    @Test
    void otherBytesAreRefusedAndLeaveNothing() throws IOException {
        try (Artifacts.Upload upload = artifacts.upload(DIGEST, BYTES.length)) {
            upload.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 6}));
            assertThat(upload.finish()).isFalse();
        }

        assertThat(artifacts.has(DIGEST)).isFalse();
        assertThat(files()).isEmpty();
    }

    @Test
    void bytesBeyondTheFileAreLeftInTheBuffer() throws IOException {
        ByteBuffer two = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7});
        try (Artifacts.Upload upload = artifacts.upload(DIGEST, BYTES.length)) {
            upload.write(two);
            assertThat(upload.missing()).isZero();
            assertThat(two.remaining()).isEqualTo(2);
        }
    }

    @Test
    void halfWrittenFilesOfACrashAreRemoved() throws IOException, StoreException {
        artifacts.upload(DIGEST, BYTES.length).write(ByteBuffer.wrap(BYTES, 0, 2));
        assertThat(files()).hasSize(1);

        Artifacts.open(directory);

        assertThat(files()).isEmpty();
    }
}
