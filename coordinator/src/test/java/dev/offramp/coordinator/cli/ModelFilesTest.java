package dev.offramp.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.partition.artifact.Manifest;
import dev.offramp.partition.onnx.Cutter;
import dev.offramp.partition.onnx.OnnxNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFilesTest {
    private static final Path NETWORKS = Path.of("..", "partitions", "src", "test", "resources", "networks");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"early_exits", "external"})
    void findsTheNetworkThatPartitionsWereCutFromAboveThem(String name) throws Exception {
        Path model = Files.copy(NETWORKS.resolve(name + ".onnx"), directory.resolve("network.onnx"));
        if (name.equals("external")) {
            Files.copy(NETWORKS.resolve("external.bin"), directory.resolve("external.bin"));
        }
        Files.copy(NETWORKS.resolve("squeezenet.onnx"), directory.resolve("another.onnx"));
        Manifest manifest = Cutter.cut(OnnxNetwork.read(model), List.of()).manifest();
        Path parts = Files.createDirectories(directory.resolve("parts"));

        assertThat(ModelFiles.source(parts, manifest)).map(Path::getFileName).contains(Path.of("network.onnx"));
    }

    @Test
    void findsNothingWhereOnlyOtherNetworksAre() throws Exception {
        Files.copy(NETWORKS.resolve("squeezenet.onnx"), directory.resolve("another.onnx"));
        Manifest manifest = Cutter.cut(OnnxNetwork.read(NETWORKS.resolve("resnet50.onnx")), List.of())
                .manifest();
        assertThat(ModelFiles.source(directory, manifest)).isEmpty();
    }
}
