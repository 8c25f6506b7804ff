package dev.offramp.partition.onnx;

import dev.offramp.partition.ElementType;
import dev.offramp.partition.onnx.schema.TensorProto.DataType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Type and shape of a tensor for one concrete batch, and its value where that is known and small.
 *
 * @param dataType number of a {@link DataType}
 * @param value row-major, each entry exact in the tensor's type; null where not known
 */
record ShapedTensor(int dataType, long[] dims, double @Nullable [] value) {
    /** Largest value that is followed. */
    static final int MAX_VALUE = 4096;

    static ShapedTensor of(int dataType, long... dims) {
        return new ShapedTensor(dataType, dims, null);
    }

    static ShapedTensor of(int dataType, List<Long> dims) {
        return of(dataType, dims.stream().mapToLong(Long::longValue).toArray());
    }

    static ShapedTensor vector(double... value) {
        return new ShapedTensor(DataType.INT64_VALUE, new long[] {value.length}, value);
    }

    int rank() {
        return dims.length;
    }

    long elements() {
        long product = 1;
        for (long dim : dims) {
            product = Math.multiplyExact(product, dim);
        }
        return product;
    }

    /** An axis as operators name it, counted from the end where negative, as an index. */
    int axis(long axis) {
        return Math.toIntExact(axis < 0 ? axis + dims.length : axis);
    }

    /** The dimension {@code axis}, counted from the end where negative. */
    long dim(int axis) {
        return dims[axis(axis)];
    }

    double[] known() {
        if (value == null) {
            throw new UnknownShapeException("a value that is not known before the network runs decides a shape");
        }
        return value;
    }

    long[] knownLongs() {
        double[] known = known();
        long[] result = new long[known.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (long) known[i];
        }
        return result;
    }

    ShapedTensor withValue(double @Nullable [] known) {
        return new ShapedTensor(dataType, dims, known);
    }

    ShapedTensor withType(int type) {
        return new ShapedTensor(type, dims, value);
    }

    /** The vocabulary's name for the type; empty for types that no edge may have. */
    static Optional<ElementType> elementType(int dataType) {
        DataType type = DataType.forNumber(dataType);
        return Optional.ofNullable(
                type == null
                        ? null
                        : switch (type) {
                            case FLOAT -> ElementType.FLOAT32;
                            case FLOAT16 -> ElementType.FLOAT16;
                            case DOUBLE -> ElementType.FLOAT64;
                            case INT8 -> ElementType.INT8;
                            case UINT8 -> ElementType.UINT8;
                            case INT32 -> ElementType.INT32;
                            case INT64 -> ElementType.INT64;
                            case BOOL -> ElementType.BOOL;
                            default -> null;
                        });
    }
}
