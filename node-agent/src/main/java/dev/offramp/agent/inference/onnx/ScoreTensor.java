package dev.offramp.agent.inference.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;

/** Where a session writes one exit's scores, run after run. Used by one thread at a time. */
final class ScoreTensor implements AutoCloseable {
    private final OnnxJavaType type;
    private final ByteBuffer bytes;
    private final OnnxTensor tensor;

    /** @param info of the exit's output, which has a floating-point type */
    ScoreTensor(OrtEnvironment environment, TensorInfo info) throws OrtException {
        this.type = info.type;
        this.bytes = Tensors.memory(info);
        this.tensor = Tensors.over(environment, bytes, info.getShape(), type);
    }

    static boolean isFloatingPoint(OnnxJavaType type) {
        return type == OnnxJavaType.FLOAT || type == OnnxJavaType.FLOAT16 || type == OnnxJavaType.DOUBLE;
    }

    OnnxTensor tensor() {
        return tensor;
    }

    /** What the last run wrote. */
    float[] read() {
        return read(bytes, type);
    }

    static float[] read(ByteBuffer bytes, OnnxJavaType type) {
        float[] values = new float[bytes.capacity() / type.size];
        switch (type) {
            case FLOAT -> bytes.asFloatBuffer().get(values);
            case FLOAT16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.float16ToFloat(bytes.getShort(i * type.size));
                }
            }
            case DOUBLE -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) bytes.getDouble(i * type.size);
                }
            }
            default -> throw new IllegalArgumentException("scores of type " + type);
        }
        return values;
    }

    @Override
    public void close() {
        tensor.close();
    }
}
