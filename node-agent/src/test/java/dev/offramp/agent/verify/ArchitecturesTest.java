package dev.offramp.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.inference.onnx.OnnxPartitionLoader;
import dev.offramp.partition.onnx.Cutter;
import dev.offramp.partition.onnx.Cutting;
import dev.offramp.partition.onnx.OnnxNetwork;
import dev.offramp.proto.ManifestFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitecturesTest {
    private static final Path NETWORKS = Path.of("..", "partitions", "src", "test", "resources", "networks");
    private static final Path MODELS = Path.of("..", "partitions", "models");

    @TempDir
    Path directory;

    static Stream<Arguments> networks() {
        return Stream.of(
                Arguments.of(NETWORKS.resolve("resnet50.onnx"), List.of(2, 3, 5), 0),
                Arguments.of(NETWORKS.resolve("resnet50_qdq.onnx"), List.of(2, 3, 5), 0),
                Arguments.of(NETWORKS.resolve("mobilenet_v2.onnx"), List.of(2, 3, 5), 0),
                Arguments.of(NETWORKS.resolve("densenet121.onnx"), List.of(2, 3, 5), 0),
                Arguments.of(NETWORKS.resolve("inception_v3.onnx"), List.of(2, 3, 5), 0),
                Arguments.of(NETWORKS.resolve("squeezenet.onnx"), List.of(2, 3, 5), 0),
                Arguments.of(NETWORKS.resolve("efficientnet_b0.onnx"), List.of(2, 3, 5), 0),
                Arguments.of(NETWORKS.resolve("vit.onnx"), List.of(2, 3, 5), 0),
                Arguments.of(NETWORKS.resolve("early_exits.onnx"), List.of(2, 3, 4), 0),
                Arguments.of(NETWORKS.resolve("conditional.onnx"), List.of(2, 3), 0),
                Arguments.of(NETWORKS.resolve("old_ir.onnx"), List.of(2, 3), 0),
                Arguments.of(NETWORKS.resolve("external.onnx"), List.of(2, 3), 0),
                Arguments.of(MODELS.resolve("cifar10/cifar10.onnx"), List.of(2, 3, 5), 0),
                Arguments.of(MODELS.resolve("roadside/roadside.onnx"), List.of(2, 3, 5), 0));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void chainOfPartitionsGivesWhatTheUncutNetworkGives(Path file, List<Integer> parts, double tolerance)
            throws Exception {
        OnnxNetwork network = OnnxNetwork.read(file);
        for (int count : parts) {
            Cutting cutting = Cutter.cut(network, Cutter.balanced(network, count));
            for (int i = 0; i < count; i++) {
                Files.write(
                        directory.resolve(ManifestFile.partitionFile(i)),
                        cutting.files().get(i));
            }
            try (Verifier verifier = Verifier.open(cutting.manifest(), directory, file, new OnnxPartitionLoader())) {
                SplittableRandom random = new SplittableRandom(count);
                List<ByteBuffer> inputs = List.of(verifier.randomInput(random), verifier.randomInput(random));
                Comparison comparison = verifier.compare(inputs);
                assertThat(comparison.largest())
                        .as("%s in %d", file.getFileName(), count)
                        .isLessThanOrEqualTo(tolerance);
            }
        }
    }
}
