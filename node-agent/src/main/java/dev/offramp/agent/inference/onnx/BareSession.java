package dev.offramp.agent.inference.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.partition.Partition;
import dev.offramp.partition.TensorSpec;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * A partition's session and nothing else: the same input and the same memory for the outputs run after run. No way of
 * running it through Java can cost less. Used by one thread at a time.
 */
final class BareSession implements AutoCloseable {
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> outputs = new HashMap<>();

    BareSession(Partition partition, OrtEnvironment environment, OrtSession session)
            throws InferenceException, OrtException {
        this.session = session;
        TensorSpec spec = partition.input();
        ByteBuffer zeros = ByteBuffer.allocateDirect(Math.toIntExact(spec.bytes()));
        OnnxTensor input = Tensors.over(environment, zeros, Tensors.shape(spec), Tensors.type(spec.type()));
        inputs.put(spec.name(), input);
        for (Map.Entry<String, TensorInfo> output :
                Probe.outputs(partition, session, input).entrySet()) {
            TensorInfo info = output.getValue();
            outputs.put(output.getKey(), Tensors.over(environment, Tensors.memory(info), info.getShape(), info.type));
        }
    }

    void run() throws OrtException {
        session.run(inputs, outputs).close();
    }

    @Override
    public void close() {
        inputs.values().forEach(OnnxTensor::close);
        outputs.values().forEach(OnnxTensor::close);
        OnnxPartitionLoader.close(session);
    }
}
