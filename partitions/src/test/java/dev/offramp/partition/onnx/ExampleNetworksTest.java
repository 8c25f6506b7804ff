package dev.offramp.partition.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.partition.Cut;
import dev.offramp.partition.Partition;
import dev.offramp.partition.Scores;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleNetworksTest {
    @ParameterizedTest
    @ValueSource(strings = {"cifar10", "roadside"})
    void exampleNetworkIsCutBetweenItsBlocksWithTheExitBeforeTheCut(String name) throws Exception {
        OnnxNetwork network = OnnxNetwork.read(Path.of("models", name, name + ".onnx"));
        int exits = network.exits().size();

        assertThat(network.name()).isEqualTo(name);
        assertThat(network.labels()).hasSize(10);
        assertThat(network.scores()).isEqualTo(Scores.LOGITS);
        assertThat(network.exits())
                .extracting("output")
                .containsExactlyElementsOf(IntStream.rangeClosed(1, exits)
                        .mapToObj(i -> "exit" + i)
                        .toList());
        for (int parts = 1; parts <= exits; parts++) {
            List<Cut> cuts = Cutter.balanced(network, parts);
            List<Partition> partitions = Cutter.cut(network, cuts).manifest().partitions();
            assertThat(partitions).hasSize(parts);
            assertThat(partitions.stream().flatMap(partition -> partition.exits().stream()))
                    .containsExactlyElementsOf(network.exits());
            for (int i = 1; i < parts; i++) {
                assertThat(partitions.get(i).input())
                        .isEqualTo(partitions.get(i - 1).output().orElseThrow());
            }
        }
        List<Partition> byExit =
                Cutter.cut(network, Cutter.balanced(network, 3)).manifest().partitions();
        assertThat(byExit).allSatisfy(partition -> assertThat(partition.exits()).isNotEmpty());
    }
}
