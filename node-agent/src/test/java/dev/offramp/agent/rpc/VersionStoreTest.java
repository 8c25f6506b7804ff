package dev.offramp.agent.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.partition.ServiceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionStoreTest {
    private static final ServiceId ROADSIDE = new ServiceId("roadside");

    @TempDir
    private Path directory;

    @Test
    void remembersAcrossRestarts() throws IOException {
        Path file = directory.resolve("versions.properties");
        VersionStore store = new VersionStore(file);
        assertThat(store.epoch()).isZero();
        assertThat(store.policy(ROADSIDE)).isZero();

        store.recordEpoch(7);
        store.recordPolicy(ROADSIDE, 3);
        store.recordPolicy(ROADSIDE, 4);

        VersionStore after = new VersionStore(file);
        assertThat(after.epoch()).isEqualTo(7);
        assertThat(after.policies()).isEqualTo(Map.of(ROADSIDE, 4L));
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void recordsNothingThatTheDiskRefused() throws IOException {
        Path gone = Files.createDirectory(directory.resolve("gone"));
        VersionStore store = new VersionStore(gone.resolve("versions.properties"));
        Files.delete(gone);

        assertThatThrownBy(() -> store.recordEpoch(7)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store.recordPolicy(ROADSIDE, 3)).isInstanceOf(IOException.class);
        assertThat(store.epoch()).isZero();
        assertThat(store.policies()).isEmpty();
    }

    @Test
    void saysWhatToDoAboutADamagedFile() throws IOException {
        Path file = Files.writeString(directory.resolve("versions.properties"), "epoch=seven\n");

        assertThatThrownBy(() -> new VersionStore(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is damaged")
                .hasMessageContaining("Maybe delete it");
    }
}
