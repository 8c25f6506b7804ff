package dev.offramp.partition.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.partition.onnx.schema.ModelProto;
import dev.offramp.partition.onnx.schema.NodeProto;
import dev.offramp.partition.onnx.schema.TensorProto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes, there is a network or an {@link OnnxException}, soon and in little memory. */
class DamagedFilesTest {
    private static final String[] NAMES = {"conditional", "resnet50_qdq", "old_ir", "vit", "squeezenet"};

    static LongStream seeds() {
        long fresh = new SplittableRandom().nextLong();
        return LongStream.concat(LongStream.range(0, 100), LongStream.range(fresh, fresh + 50));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void damagedFileIsReadOrRefused(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        String name = NAMES[random.nextInt(NAMES.length)];
        byte[] bytes = Files.readAllBytes(Path.of("src/test/resources/networks", name + ".onnx"));
        byte[] damaged = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
        for (int flips = random.nextInt(1, 20); flips > 0 && damaged.length > 0; flips--) {
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        }
        readAndCut(damaged, seed);
    }

    /** Flips in structure rather than weights: names, dimensions and attributes of a decoded model. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nonsensicalNumbersAreReadOrRefused(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        String name = NAMES[random.nextInt(NAMES.length)];
        ModelProto.Builder model =
                ModelProto.parseFrom(Files.readAllBytes(Path.of("src/test/resources/networks", name + ".onnx")))
                        .toBuilder();
        long[] odd = {-1, 0, 1, 2, -7, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40};
        for (int changes = random.nextInt(1, 6); changes > 0; changes--) {
            long number = odd[random.nextInt(odd.length)];
            int at = random.nextInt(model.getGraph().getNodeCount());
            NodeProto.Builder node = model.getGraphBuilder().getNodeBuilder(at);
            int weights = model.getGraph().getInitializerCount();
            switch (random.nextInt(4)) {
                case 0 ->
                    node.getAttributeBuilderList().forEach(attribute -> {
                        attribute.setI(number);
                        for (int i = 0; i < attribute.getIntsCount(); i++) {
                            attribute.setInts(i, number);
                        }
                    });
                case 1 -> {
                    TensorProto.Builder tensor = model.getGraphBuilder().getInitializerBuilder(random.nextInt(weights));
                    for (int i = 0; i < tensor.getDimsCount(); i++) {
                        tensor.setDims(i, number);
                    }
                }
                case 2 -> node.clearInput();
                default -> node.getAttributeBuilderList().forEach(attribute -> attribute.clearInts());
            }
        }
        readAndCut(model.build().toByteArray(), seed);
    }

    private static void readAndCut(byte[] bytes, long seed) {
        try {
            OnnxNetwork network = OnnxNetwork.parse(bytes);
            network.labels();
            network.parameters();
            network.multiplyAccumulates(network.operatorCount());
            Cutter.cut(network, Cutter.balanced(network, 2));
        } catch (OnnxException e) {
            assertThat(e).as("seed %d", seed).hasMessageMatching("(?s).{10,}");
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    @Test
    void hugeDeclaredDimensionsAreRefusedWithoutBeingAllocated() throws Exception {
        ModelProto.Builder model =
                ModelProto.parseFrom(Files.readAllBytes(Path.of("src/test/resources/networks/conditional.onnx")))
                        .toBuilder();
        TensorProto.Builder weight = model.getGraphBuilder().getInitializerBuilder(0);
        weight.clearDims().addDims(Long.MAX_VALUE).addDims(4).addDims(3).addDims(3);

        assertThatThrownBy(() -> OnnxNetwork.parse(model.build().toByteArray())).isInstanceOf(OnnxException.class);
    }

    @Test
    void emptyFileIsRefused() {
        assertThatThrownBy(() -> OnnxNetwork.parse(new byte[0])).isInstanceOf(OnnxException.class);
    }
}
