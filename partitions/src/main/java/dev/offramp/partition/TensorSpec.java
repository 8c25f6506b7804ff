package dev.offramp.partition;

import java.util.List;

/**
 * Name, element type and shape of one tensor. A dimension of {@link #BATCH} is the batch, which is 1 on the data path;
 * every other dimension is at least 1. Immutable.
 */
public record TensorSpec(String name, ElementType type, List<Long> shape) {
    /** The dimension that stands for the batch. */
    public static final long BATCH = -1;

    public TensorSpec {
        shape = List.copyOf(shape);
        for (long dimension : shape) {
            if (dimension < 1 && dimension != BATCH) {
                throw new IllegalArgumentException(
                        "tensor '%s' has dimension %d in shape %s: expected at least 1, or -1 for the batch"
                                .formatted(name, dimension, shape));
            }
        }
    }

    /** Elements of one sample (batch 1). */
    public long elements() {
        long product = 1;
        for (long dimension : shape) {
            product = Math.multiplyExact(product, dimension == BATCH ? 1 : dimension);
        }
        return product;
    }

    /** Bytes of one sample (batch 1). */
    public long bytes() {
        return Math.multiplyExact(elements(), type.bytes());
    }

    /** Whether a tensor of {@code other} may be fed where this one is expected: same type and shape, any name. */
    public boolean accepts(TensorSpec other) {
        return type == other.type && shape.equals(other.shape);
    }

    /** Type and shape as people write them, e.g. {@code float32[batch,3,32,32]}. */
    public String signature() {
        StringBuilder text = new StringBuilder(type.name().toLowerCase(java.util.Locale.ROOT)).append('[');
        for (int i = 0; i < shape.size(); i++) {
            text.append(i == 0 ? "" : ",").append(shape.get(i) == BATCH ? "batch" : shape.get(i));
        }
        return text.append(']').toString();
    }
}
