package dev.offramp.agent.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.partition.feed.ReceiverId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientIdsTest {
    private static final NodeId NODE = new NodeId("pi-3");
    private static final CameraId CAMERA = new CameraId("door");

    @TempDir
    private Path directory;

    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void areTheSameAfterARestart() throws IOException {
        ClientIds first = ClientIds.of(NODE, directory.resolve("new"), random);

        assertThat(ClientIds.of(NODE, directory.resolve("new"), random)).isEqualTo(first);
    }

    @Test
    void differBetweenNodesOfTheSameNameAndBetweenCamerasAndReceivers() throws IOException {
        ClientIds here = ClientIds.of(NODE, directory.resolve("here"), random);
        ClientIds there = ClientIds.of(NODE, directory.resolve("there"), random);

        assertThat(here.of(CAMERA)).startsWith("offramp-camera-door@pi-3-").isNotEqualTo(there.of(CAMERA));
        assertThat(here.of(new ReceiverId("camera-door"))).isNotEqualTo(here.of(CAMERA));
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("broker-clients"), "0123");

        assertThatThrownBy(() -> ClientIds.of(NODE, directory, random))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file + " is damaged (installation '0123': expected 16 hexadecimal digits)")
                .hasMessageContaining("Maybe delete it");
    }
}
