package dev.offramp.partition.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.offramp.partition.Partition;
import dev.offramp.partition.Scores;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.onnx.OnnxException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks that {@code src/test/python/make_networks.py} wrote. */
class FixtureNetworksTest {
    private static final Path NETWORKS = Path.of("src/test/resources/networks");

    private static OnnxNetwork read(String name) throws Exception {
        return OnnxNetwork.read(NETWORKS.resolve(name + ".onnx"));
    }

    @ParameterizedTest
    @CsvSource({
        "resnet50, 16",
        "mobilenet_v2, 40",
        "densenet121, 4",
        "inception_v3, 10",
        "squeezenet, 8",
        "efficientnet_b0, 16",
        "vit, 8",
        "resnet50_qdq, 16",
        "early_exits, 4",
    })
    void networkIsCutIntoPartitionsThatFitTogether(String name, int fewestCuts) throws Exception {
        OnnxNetwork network = read(name);

        assertThat(network.cuts()).hasSizeGreaterThanOrEqualTo(fewestCuts);
        for (int parts : new int[] {1, 2, 3, 5}) {
            Cutting cutting = Cutter.cut(network, Cutter.balanced(network, parts));
            List<Partition> partitions = cutting.manifest().partitions();
            assertThat(partitions).hasSize(parts);
            for (int i = 0; i < parts; i++) {
                OnnxNetwork partition = OnnxNetwork.parse(cutting.files().get(i));
                assertThat(partition.input()).isEqualTo(partitions.get(i).input());
                assertThat(partition.operatorCount()).isPositive();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"densenet121", "early_exits"})
    void symbolicBatchStaysSymbolic(String name) throws Exception {
        assertThat(read(name).cuts())
                .extracting(cut -> cut.tensor().shape().get(0))
                .containsOnly(TensorSpec.BATCH);
    }

    @Test
    void exitIsBeforeTheCutAtTheTensorThatFeedsIt() throws Exception {
        OnnxNetwork network = read("early_exits");
        List<Partition> partitions =
                Cutter.cut(network, Cutter.balanced(network, 4)).manifest().partitions();

        assertThat(network.scores()).isEqualTo(Scores.PROBABILITIES);
        assertThat(partitions)
                .allSatisfy(partition -> assertThat(partition.exits()).hasSize(1));
    }

    @Test
    void networkThatNeedsItsInputToTheEndIsRefused() throws Exception {
        OnnxNetwork network = read("uncuttable");

        assertThat(network.cuts()).isEmpty();
        assertThatThrownBy(() -> Cutter.balanced(network, 2))
                .hasMessageContaining("cannot be cut")
                .asInstanceOf(type(OnnxException.class))
                .extracting(OnnxException::reason)
                .isEqualTo(Reason.NO_CUT);
    }

    @Test
    void tensorThatIsNoCutIsRefusedByName() throws Exception {
        OnnxNetwork network = read("conditional");

        assertThatThrownBy(() -> network.cutAt("nowhere"))
                .hasMessageContaining("nowhere")
                .asInstanceOf(type(OnnxException.class))
                .extracting(OnnxException::reason)
                .isEqualTo(Reason.UNKNOWN_CUT);
    }

    @Test
    void missingWeightsAreRefused(@TempDir Path directory) throws Exception {
        Path alone = Files.copy(NETWORKS.resolve("external.onnx"), directory.resolve("external.onnx"));

        assertThatThrownBy(() -> OnnxNetwork.read(alone))
                .hasMessageContaining("external.bin")
                .asInstanceOf(type(OnnxException.class))
                .extracting(OnnxException::reason)
                .isEqualTo(Reason.EXTERNAL_DATA);
    }

    @Test
    void changedWeightsBesideTheModelChangeItsDigest(@TempDir Path directory) throws Exception {
        Path model = Files.copy(NETWORKS.resolve("external.onnx"), directory.resolve("external.onnx"));
        byte[] weights = Files.readAllBytes(NETWORKS.resolve("external.bin"));
        weights[0] ^= 1;
        Files.write(directory.resolve("external.bin"), weights);

        assertThat(OnnxNetwork.read(model).digest())
                .isNotEqualTo(read("external").digest());
    }

    @Test
    void initialisersListedAsInputsAreNotFed() throws Exception {
        assertThat(read("old_ir").irVersion()).isEqualTo(3);
    }

    @Test
    void quantisedNetworkCrossesBytes() throws Exception {
        assertThat(Cutter.balanced(read("resnet50_qdq"), 3))
                .extracting(cut -> cut.tensor().type().bytes())
                .containsOnly(1);
    }
}
