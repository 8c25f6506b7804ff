package dev.offramp.agent.inference.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.offramp.agent.inference.Inference;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.InferenceException.Kind;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Partition;
import dev.offramp.partition.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One ONNX Runtime session, which reads its input and writes its outputs where they are: a direct input is not copied, one
 * on the heap is, once; scores are copied out, an activation goes on as it was written. Used by one thread at a time.
 */
final class OnnxPartition implements LoadedPartition {
    private final Partition partition;
    private final OrtEnvironment environment;
    private final OrtSession session;
    /** For inputs on the heap; refilled for every run. */
    private final ByteBuffer input;

    private final OnnxTensor inputTensor;
    private final Map<String, ScoreTensor> scores = new HashMap<>();
    private final @Nullable ActivationPool activations;
    private final Map<String, OnnxTensor> pinned = new HashMap<>();

    /** Takes the session over, also where it throws. */
    OnnxPartition(Partition partition, OrtEnvironment environment, OrtSession session) throws InferenceException {
        this.partition = partition;
        this.environment = environment;
        this.session = session;
        TensorSpec spec = partition.input();
        input = ByteBuffer.allocateDirect(Math.toIntExact(spec.bytes())).order(ByteOrder.nativeOrder());
        activations = partition
                .output()
                .map(output -> new ActivationPool(Math.toIntExact(output.bytes())))
                .orElse(null);
        try {
            inputTensor = Tensors.over(environment, input, Tensors.shape(spec), Tensors.type(spec.type()));
        } catch (OrtException e) {
            OnnxPartitionLoader.close(session);
            throw failure("has no memory for its input", e);
        }
        try {
            prepareScores(Probe.outputs(partition, session, inputTensor));
        } catch (InferenceException | RuntimeException | Error e) {
            close();
            throw e;
        } catch (OrtException e) {
            close();
            throw failure("has no memory for its scores", e);
        }
    }

    /** An exit that is the activation too is read from there. */
    private void prepareScores(Map<String, TensorInfo> outputs) throws InferenceException, OrtException {
        Optional<String> activation = partition.output().map(TensorSpec::name);
        for (Exit exit : partition.exits()) {
            String name = exit.output();
            if (!activation.equals(Optional.of(name)) && !scores.containsKey(name)) {
                ScoreTensor tensor = new ScoreTensor(environment, Probe.output(partition, outputs, name));
                scores.put(name, tensor);
                pinned.put(name, tensor.tensor());
            }
        }
    }

    @Override
    public Partition partition() {
        return partition;
    }

    @Override
    public Inference run(ByteBuffer input) throws InferenceException {
        TensorSpec spec = partition.input();
        if (input.remaining() != spec.bytes()) {
            throw new InferenceException(
                    Kind.MODEL_MISMATCH,
                    "input of partition %d has %d bytes: expected %d for %s"
                            .formatted(partition.index(), input.remaining(), spec.bytes(), spec.signature()));
        }
        try {
            if (input.isDirect()
                    && input.alignmentOffset(input.position(), spec.type().bytes()) == 0) {
                ByteBuffer there = input.duplicate();
                try (OnnxTensor tensor = Tensors.over(
                        environment, there, inputTensor.getInfo().getShape(), inputTensor.getInfo().type)) {
                    return run(tensor);
                }
            }
            this.input.clear().put(input.duplicate());
            return run(inputTensor);
        } catch (OrtException e) {
            throw failure("failed: " + OnnxPartitionLoader.rootMessage(e), e);
        }
    }

    private Inference run(OnnxTensor input) throws OrtException {
        if (activations == null) {
            execute(input);
            return new Inference(scores(null), Optional.empty());
        }
        ActivationPool.Loan loan = activations.lend();
        TensorSpec spec = partition.output().orElseThrow();
        ByteBuffer activation = loan.buffer();
        try (OnnxTensor tensor =
                Tensors.over(environment, activation, Tensors.shape(spec), Tensors.type(spec.type()))) {
            pinned.put(spec.name(), tensor);
            execute(input);
        } catch (OrtException | RuntimeException | Error e) {
            loan.handBack();
            throw e;
        } finally {
            pinned.remove(spec.name());
        }
        return new Inference(scores(activation), Optional.of(activation), loan::handBack);
    }

    private void execute(OnnxTensor input) throws OrtException {
        session.run(Map.of(partition.input().name(), input), pinned).close();
    }

    private List<float[]> scores(@Nullable ByteBuffer activation) {
        List<float[]> all = new ArrayList<>(partition.exits().size());
        for (Exit exit : partition.exits()) {
            ScoreTensor tensor = scores.get(exit.output());
            all.add(tensor != null ? tensor.read() : activationScores(activation));
        }
        return all;
    }

    private float[] activationScores(@Nullable ByteBuffer activation) {
        if (activation == null) {
            throw new IllegalStateException("partition %d has no activation".formatted(partition.index()));
        }
        return ScoreTensor.read(
                activation, Tensors.type(partition.output().orElseThrow().type()));
    }

    private InferenceException failure(String what, OrtException cause) {
        return new InferenceException(Kind.EXECUTION, "partition %d %s".formatted(partition.index(), what), cause);
    }

    @Override
    public void close() {
        scores.values().forEach(ScoreTensor::close);
        inputTensor.close();
        if (activations != null) {
            activations.close();
        }
        OnnxPartitionLoader.close(session);
    }
}
