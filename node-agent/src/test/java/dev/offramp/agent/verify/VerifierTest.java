package dev.offramp.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.agent.TinyNetwork;
import dev.offramp.agent.inference.onnx.OnnxPartitionLoader;
import dev.offramp.partition.Optimisation;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VerifierTest {
    private final OnnxPartitionLoader loader = new OnnxPartitionLoader();

    @Test
    void findsNoDifferenceBetweenChainAndUncutNetwork() throws Exception {
        try (Verifier verifier = Verifier.open(
                TinyNetwork.manifest(), TinyNetwork.DIRECTORY, TinyNetwork.source(), loader, Optimisation.EXTENDED)) {
            var random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
            List<ByteBuffer> inputs = Stream.generate(() -> verifier.randomInput(random))
                    .limit(20)
                    .toList();

            Comparison comparison = verifier.compare(inputs);

            assertThat(comparison.inputs()).isEqualTo(20);
            assertThat(comparison.differences()).containsExactly(0.0, 0.0, 0.0);
            assertThat(comparison.labelChanges()).isZero();
        }
    }

    @Test
    void refusesAnotherNetworkThanThePartitionsWereCutFrom() {
        assertThatThrownBy(() -> Verifier.open(
                        TinyNetwork.manifest(),
                        TinyNetwork.DIRECTORY,
                        TinyNetwork.DIRECTORY.resolve("partition-0.onnx"),
                        loader,
                        Optimisation.EXTENDED))
                .isInstanceOf(VerifyException.class)
                .hasMessageContaining("the network the partitions were cut from");
    }
}
