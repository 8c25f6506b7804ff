package dev.offramp.agent.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.agent.TinyNetwork;
import dev.offramp.agent.inference.Inference;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Partition;
import dev.offramp.partition.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class OnnxPartitionTest {
    private final OnnxPartitionLoader loader = new OnnxPartitionLoader();
    private final SplittableRandom random = new SplittableRandom(1);

    private static Partition tiny(int index) throws Exception {
        return TinyNetwork.partitions().get(index);
    }

    private LoadedPartition load(Partition partition) throws InferenceException {
        return loader.load(
                partition,
                TinyNetwork.DIRECTORY.resolve("partition-%d.onnx".formatted(partition.index())),
                Optimisation.EXTENDED);
    }

    private ByteBuffer sample(Partition partition) {
        ByteBuffer sample = ByteBuffer.allocate((int) partition.input().bytes()).order(ByteOrder.LITTLE_ENDIAN);
        while (sample.hasRemaining()) {
            sample.putFloat((float) random.nextGaussian());
        }
        return sample.flip();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static byte[] activation(Inference inference) {
        return bytes(inference.activation().orElseThrow());
    }

    @Test
    void anInputGivesTheSameWhereverItsBytesAre() throws Exception {
        Partition partition = tiny(0);
        ByteBuffer sample = sample(partition);
        try (LoadedPartition loaded = load(partition)) {
            Inference expected = loaded.run(sample);
            List<ByteBuffer> elsewhere = new ArrayList<>(List.of(sample.asReadOnlyBuffer()));
            for (int offset : new int[] {0, 1, 4, 6}) {
                ByteBuffer direct = ByteBuffer.allocateDirect(offset + sample.remaining() + 3);
                direct.position(offset).put(sample.duplicate()).flip().position(offset);
                elsewhere.add(direct);
                elsewhere.add(direct.asReadOnlyBuffer());
                elsewhere.add(direct.slice());
            }
            for (ByteBuffer input : elsewhere) {
                ByteBuffer before = input.duplicate();

                Inference found = loaded.run(input);

                assertThat(input).isEqualTo(before);
                assertThat(activation(found)).isEqualTo(activation(expected));
                assertThat(found.scores()).usingRecursiveComparison().isEqualTo(expected.scores());
            }
        }
    }

    @Test
    void anActivationStaysAsItIsUntilItIsHandedBack() throws Exception {
        Partition partition = tiny(0);
        List<Inference> inferences = new ArrayList<>();
        List<byte[]> found = new ArrayList<>();
        try (LoadedPartition loaded = load(partition)) {
            for (int i = 0; i < 2 * ActivationPool.MAX_IDLE; i++) {
                Inference inference = loaded.run(sample(partition));
                inferences.add(inference);
                found.add(activation(inference));
            }
        }
        for (int i = 0; i < found.size(); i++) {
            assertThat(activation(inferences.get(i))).isEqualTo(found.get(i));
            assertThat(found.get(i)).isNotEqualTo(found.get((i + 1) % found.size()));
        }
    }

    @Test
    void anActivationThatIsHandedBackIsFilledAgain() throws Exception {
        Partition partition = tiny(0);
        try (LoadedPartition loaded = load(partition)) {
            Inference first = loaded.run(sample(partition));
            first.handBack().run();

            Inference second = loaded.run(sample(partition));

            assertThat(activation(first)).isEqualTo(activation(second));
        }
    }

    @Test
    void scoresBelongToTheReceiver() throws Exception {
        Partition partition = tiny(2);
        try (LoadedPartition loaded = load(partition)) {
            float[] first = loaded.run(sample(partition)).scores().getFirst();
            float[] kept = first.clone();

            loaded.run(sample(partition));

            assertThat(first).isEqualTo(kept);
        }
    }

    @Test
    void anExitMayBeWhatGoesOn() throws Exception {
        Partition partition = tiny(0);
        String edge = partition.output().orElseThrow().name();
        Partition both = with(partition, partition.input(), partition.output(), List.of(new Exit(1, edge)));
        try (LoadedPartition loaded = load(both)) {
            Inference inference = loaded.run(sample(partition));

            ByteBuffer activation = inference.activation().orElseThrow();
            float[] floats = new float[activation.remaining() / Float.BYTES];
            activation.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
            assertThat(inference.scores()).hasSize(1);
            assertThat(inference.scores().getFirst()).isEqualTo(floats);
        }
    }

    @Test
    void refusesFilesThatAreNotWhatTheManifestSays() throws Exception {
        Partition right = tiny(0);
        TensorSpec input = right.input();
        TensorSpec output = right.output().orElseThrow();

        assertMismatch(with(right, renamed(input, "picture"), right.output(), right.exits()))
                .hasMessageContaining("the file takes [image]: expected 'picture' alone");
        assertMismatch(with(right, typed(input, ElementType.FLOAT64), right.output(), right.exits()))
                .hasMessageContaining("float");
        assertMismatch(with(right, shaped(input, 3, 9, 8), right.output(), right.exits()))
                .hasMessageContaining("9");
        assertMismatch(with(right, input, Optional.of(renamed(output, "elsewhere")), right.exits()))
                .hasMessageContaining("no output 'elsewhere'");
        assertMismatch(with(right, input, Optional.of(shaped(output, 4, 4, 5)), right.exits()))
                .hasMessageContaining("output 'block1' is FLOAT[1, 4, 4, 4]: expected float32[batch,4,4,5]");
        assertMismatch(with(right, input, Optional.of(typed(output, ElementType.INT32)), right.exits()))
                .hasMessageContaining("output 'block1' is FLOAT[1, 4, 4, 4]: expected int32");
    }

    private AbstractThrowableAssert<?, ?> assertMismatch(Partition wrong) {
        return assertThatThrownBy(() -> load(wrong))
                .isInstanceOfSatisfying(InferenceException.class, e -> assertThat(e.kind())
                        .isEqualTo(InferenceException.Kind.MODEL_MISMATCH));
    }

    private static Partition with(
            Partition partition, TensorSpec input, Optional<TensorSpec> output, List<Exit> exits) {
        return new Partition(partition.index(), partition.digest(), partition.fileBytes(), input, output, exits);
    }

    private static TensorSpec renamed(TensorSpec spec, String name) {
        return new TensorSpec(name, spec.type(), spec.shape());
    }

    private static TensorSpec typed(TensorSpec spec, ElementType type) {
        return new TensorSpec(spec.name(), type, spec.shape());
    }

    private static TensorSpec shaped(TensorSpec spec, long channels, long height, long width) {
        return new TensorSpec(spec.name(), spec.type(), List.of(TensorSpec.BATCH, channels, height, width));
    }
}
