package dev.offramp.partition.onnx;

import com.google.protobuf.ByteString;
import dev.offramp.partition.onnx.schema.TensorProto;
import dev.offramp.partition.onnx.schema.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Small constants in and out of ONNX tensors. */
final class TensorValues {
    private TensorValues() {}

    /** Type and shape, and the value where it is small and of a type that shapes are made of. */
    static ShapedTensor read(TensorProto tensor) {
        long[] dims = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
        for (long dim : dims) {
            if (dim < 0) {
                throw new IllegalArgumentException(
                        "tensor '%s' has dimension %d: expected 0 or more".formatted(tensor.getName(), dim));
            }
        }
        ShapedTensor shaped = ShapedTensor.of(tensor.getDataType(), dims);
        long elements = shaped.elements();
        return elements > ShapedTensor.MAX_VALUE
                ? shaped
                : new ShapedTensor(tensor.getDataType(), dims, values(tensor, (int) elements));
    }

    private static double @Nullable [] values(TensorProto tensor, int elements) {
        DataType type = DataType.forNumber(tensor.getDataType());
        if (type == null) {
            return null;
        }
        double[] values = new double[elements];
        if (tensor.hasRawData()) {
            ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            int width =
                    switch (type) {
                        case INT64 -> Long.BYTES;
                        case INT32, FLOAT -> Integer.BYTES;
                        case BOOL -> Byte.BYTES;
                        default -> 0;
                    };
            if (width == 0 || raw.remaining() != (long) elements * width) {
                return null;
            }
            for (int i = 0; i < elements; i++) {
                values[i] = switch (type) {
                    case INT64 -> raw.getLong();
                    case INT32 -> raw.getInt();
                    case FLOAT -> raw.getFloat();
                    default -> raw.get();
                };
            }
            return values;
        }
        int stored =
                switch (type) {
                    case INT64 -> tensor.getInt64DataCount();
                    case INT32, BOOL -> tensor.getInt32DataCount();
                    case FLOAT -> tensor.getFloatDataCount();
                    default -> -1;
                };
        if (stored != elements) {
            return null;
        }
        for (int i = 0; i < elements; i++) {
            values[i] = switch (type) {
                case INT64 -> tensor.getInt64Data(i);
                case INT32, BOOL -> tensor.getInt32Data(i);
                default -> tensor.getFloatData(i);
            };
        }
        return values;
    }

    /** An initialiser of that name holding a known value. */
    static TensorProto write(String name, ShapedTensor tensor) {
        double[] values = tensor.known();
        TensorProto.Builder builder = TensorProto.newBuilder().setName(name).setDataType(tensor.dataType());
        for (long dim : tensor.dims()) {
            builder.addDims(dim);
        }
        ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            switch (tensor.dataType()) {
                case DataType.INT64_VALUE -> raw.putLong((long) value);
                case DataType.INT32_VALUE -> raw.putInt((int) value);
                case DataType.FLOAT_VALUE -> raw.putFloat((float) value);
                case DataType.BOOL_VALUE -> raw.put((byte) value);
                default ->
                    throw new IllegalArgumentException("data type %d of '%s' is not one that shapes are made of"
                            .formatted(tensor.dataType(), name));
            }
        }
        return builder.setRawData(ByteString.copyFrom(raw.flip())).build();
    }

    /** Whether {@link #write} knows the type. */
    static boolean isWritable(int dataType) {
        return dataType == DataType.INT64_VALUE
                || dataType == DataType.INT32_VALUE
                || dataType == DataType.FLOAT_VALUE
                || dataType == DataType.BOOL_VALUE;
    }
}
