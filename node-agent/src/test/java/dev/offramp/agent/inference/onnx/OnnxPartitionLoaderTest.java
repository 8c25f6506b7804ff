package dev.offramp.agent.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.agent.inference.Inference;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Partition;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.artifact.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxPartitionLoaderTest {
    private static final Path CIFAR10 = Path.of("../partitions/models/cifar10/cifar10.onnx");
    private static final int EXITS = 8;

    private final OnnxPartitionLoader loader = new OnnxPartitionLoader();

    private static Partition whole(Path file, TensorSpec input, int exits) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return new Partition(
                0,
                Digest.of(bytes),
                bytes.length,
                input,
                Optional.empty(),
                IntStream.rangeClosed(1, exits)
                        .mapToObj(number -> new Exit(number, "exit" + number))
                        .toList());
    }

    private static TensorSpec image(long side) {
        return new TensorSpec("image", ElementType.FLOAT32, List.of(TensorSpec.BATCH, 3L, side, side));
    }

    @Test
    void givesScoresOfEveryExitInOrderOfDepth() throws Exception {
        try (LoadedPartition loaded = loader.load(whole(CIFAR10, image(32), EXITS), CIFAR10, Optimisation.EXTENDED)) {
            Inference inference = loaded.run(ByteBuffer.allocate(4 * 3 * 32 * 32));

            assertThat(inference.scores()).hasSize(EXITS).allMatch(scores -> scores.length == 10);
            assertThat(inference.activation()).isEmpty();
        }
    }

    @Test
    void refusesInputOfAnotherSizeThanTheManifestSays() throws Exception {
        try (LoadedPartition loaded = loader.load(whole(CIFAR10, image(32), EXITS), CIFAR10, Optimisation.EXTENDED)) {
            assertThatThrownBy(() -> loaded.run(ByteBuffer.allocate(12)))
                    .isInstanceOfSatisfying(InferenceException.class, e -> assertThat(e.kind())
                            .isEqualTo(InferenceException.Kind.MODEL_MISMATCH))
                    .hasMessageContaining("12 bytes: expected 12288");
        }
    }

    @Test
    void refusesFileThatIsNotWhatTheManifestSays() throws IOException {
        Partition tooManyExits = whole(CIFAR10, image(32), EXITS + 1);

        assertThatThrownBy(() -> loader.load(tooManyExits, CIFAR10, Optimisation.EXTENDED))
                .isInstanceOfSatisfying(InferenceException.class, e -> assertThat(e.kind())
                        .isEqualTo(InferenceException.Kind.MODEL_MISMATCH))
                .hasMessageContaining("no output 'exit9'");
    }

    @Test
    void refusesFileThatIsNoOnnx(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("x.onnx"), "not a network");
        Partition partition = whole(file, image(32), 1);

        assertThatThrownBy(() -> loader.load(partition, file, Optimisation.EXTENDED))
                .isInstanceOfSatisfying(InferenceException.class, e -> assertThat(e.kind())
                        .isEqualTo(InferenceException.Kind.MODEL_MISMATCH));
    }
}
