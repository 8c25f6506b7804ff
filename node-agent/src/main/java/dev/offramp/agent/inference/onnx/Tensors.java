package dev.offramp.agent.inference.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Tensors of ONNX Runtime over memory of ours. Stateless. */
final class Tensors {
    private Tensors() {}

    /** A tensor that reads and writes {@code buffer}, which is direct; to be closed. */
    static OnnxTensor over(OrtEnvironment environment, ByteBuffer buffer, long[] shape, OnnxJavaType type)
            throws OrtException {
        return OnnxTensor.createTensor(environment, buffer.order(ByteOrder.nativeOrder()), shape, type);
    }

    /** Memory for a tensor of that type and shape. */
    static ByteBuffer memory(TensorInfo info) {
        long bytes = info.type.size;
        for (long dimension : info.getShape()) {
            bytes = Math.multiplyExact(bytes, dimension);
        }
        return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
    }

    /** Of one sample. */
    static long[] shape(TensorSpec spec) {
        return spec.shape().stream()
                .mapToLong(dimension -> dimension == TensorSpec.BATCH ? 1 : dimension)
                .toArray();
    }

    static OnnxJavaType type(ElementType type) {
        return switch (type) {
            case FLOAT32 -> OnnxJavaType.FLOAT;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case FLOAT64 -> OnnxJavaType.DOUBLE;
            case INT8 -> OnnxJavaType.INT8;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case BOOL -> OnnxJavaType.BOOL;
        };
    }

    /** Type and shape as people write them. */
    static String signature(TensorInfo info) {
        return info.type + Arrays.toString(info.getShape());
    }
}
