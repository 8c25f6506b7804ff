package dev.offramp.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.inference.onnx.OnnxPartitionLoader;
import dev.offramp.partition.onnx.Cutter;
import dev.offramp.partition.onnx.Cutting;
import dev.offramp.partition.onnx.OnnxNetwork;
import dev.offramp.proto.ManifestFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** I9: chained partitions give what the uncut network gives, bit for bit. */
@Tag("slow")
class CutNetworksTest {
    private static final Path PARTITIONS = Path.of("../partitions");
    private static final int INPUTS = 5;

    @TempDir
    private Path directory;

    /** The example networks and the fixtures of the cutting tests. */
    static Stream<Path> networks() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path root : List.of(PARTITIONS.resolve("models"), PARTITIONS.resolve("src/test/resources/networks"))) {
            if (Files.isDirectory(root)) {
                try (Stream<Path> found = Files.walk(root)) {
                    found.filter(file -> file.toString().endsWith(".onnx")).forEach(files::add);
                }
            }
        }
        return files.stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void chainsOfTwoThreeAndFivePartitionsEqualTheUncutNetwork(Path source) throws Exception {
        OnnxNetwork network = OnnxNetwork.read(source);
        for (int parts : new int[] {2, 3, 5}) {
            if (network.cuts().size() < parts - 1) {
                continue;
            }
            Cutting cutting = Cutter.cut(network, Cutter.balanced(network, parts));
            for (int i = 0; i < parts; i++) {
                Files.write(
                        directory.resolve(ManifestFile.partitionFile(i)),
                        cutting.files().get(i));
            }

            assertThat(compare(cutting, source).largest())
                    .as("%s in %d", source.getFileName(), parts)
                    .isZero();
        }
    }

    private Comparison compare(Cutting cutting, Path source) throws Exception {
        try (Verifier verifier = Verifier.open(cutting.manifest(), directory, source, new OnnxPartitionLoader())) {
            var random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
            List<ByteBuffer> inputs = Stream.generate(() -> verifier.randomInput(random))
                    .limit(INPUTS)
                    .toList();
            return verifier.compare(inputs);
        }
    }
}
