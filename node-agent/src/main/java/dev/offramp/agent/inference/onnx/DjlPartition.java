package dev.offramp.agent.inference.onnx;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.offramp.agent.inference.Inference;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.InferenceException.Kind;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.partition.Partition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;

/** A partition behind DJL's predictor: what agents would do without sessions of their own. Used by one thread at a time. */
final class DjlPartition implements LoadedPartition {
    private final Partition partition;
    private final Model model;
    private final Predictor<ByteBuffer, Inference> predictor;
    private final ByteBuffer input;

    private DjlPartition(Partition partition, Model model) {
        this.partition = partition;
        this.model = model;
        this.predictor = model.newPredictor(new PartitionTranslator(partition));
        this.input = ByteBuffer.allocateDirect(Math.toIntExact(partition.input().bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    static DjlPartition load(Partition partition, Path file, SessionSettings settings) throws InferenceException {
        Model model =
                Engine.getEngine(OnnxPartitionLoader.ENGINE).newModel("partition-" + partition.index(), Device.cpu());
        try (SessionOptions options = settings.options()) {
            model.load(file, null, Map.of("sessionOptions", options));
            return new DjlPartition(partition, model);
        } catch (MalformedModelException | OrtException | IOException e) {
            model.close();
            throw new InferenceException(
                    Kind.MODEL_MISMATCH,
                    "DJL refuses %s: %s".formatted(file.getFileName(), OnnxPartitionLoader.rootMessage(e)),
                    e);
        }
    }

    @Override
    public Partition partition() {
        return partition;
    }

    @Override
    public Inference run(ByteBuffer input) throws InferenceException {
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
