package dev.offramp.agent.inference.onnx;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import dev.offramp.agent.inference.Inference;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.InferenceException.Kind;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.partition.Partition;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One ONNX Runtime session behind a DJL predictor. Used by one thread at a time. */
final class OnnxPartition implements LoadedPartition {
    private final Partition partition;
    private final Model model;
    private final Predictor<ByteBuffer, Inference> predictor;
    /** The session reads it in place; refilled for every run. */
    private final ByteBuffer input;

    OnnxPartition(Partition partition, Model model) {
        this.partition = partition;
        this.model = model;
        this.predictor = model.newPredictor(new PartitionTranslator(partition));
        this.input = ByteBuffer.allocateDirect(Math.toIntExact(partition.input().bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A run on zeros: a file whose inputs or outputs are not what the manifest says fails here. */
    void probe() throws InferenceException {
        try {
            predictor.predict(input);
        } catch (TranslateException e) {
            throw new InferenceException(
                    Kind.MODEL_MISMATCH,
                    "partition %d (%s) does not run as its manifest says: %s"
                            .formatted(
                                    partition.index(),
                                    partition.digest().abbreviated(),
                                    OnnxPartitionLoader.rootMessage(e)),
                    e);
        }
    }

    @Override
    public Partition partition() {
        return partition;
    }

    @Override
    public Inference run(ByteBuffer input) throws InferenceException {
        long expected = partition.input().bytes();
        if (input.remaining() != expected) {
            throw new InferenceException(
                    Kind.MODEL_MISMATCH,
                    "input of partition %d has %d bytes: expected %d for %s"
                            .formatted(
                                    partition.index(),
                                    input.remaining(),
                                    expected,
                                    partition.input().signature()));
        }
        try {
            return predictor.predict(this.input.clear().put(input.duplicate()).flip());
        } catch (TranslateException e) {
            throw new InferenceException(
                    Kind.EXECUTION,
                    "partition %d failed: %s".formatted(partition.index(), OnnxPartitionLoader.rootMessage(e)),
                    e);
        }
    }

    @Override
    public void close() {
        predictor.close();
        model.close();
    }
}
