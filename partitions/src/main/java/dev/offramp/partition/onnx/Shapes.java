package dev.offramp.partition.onnx;

import dev.offramp.partition.ElementType;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.onnx.OnnxException.Reason;
import dev.offramp.partition.onnx.schema.GraphProto;
import dev.offramp.partition.onnx.schema.TensorShapeProto;
import dev.offramp.partition.onnx.schema.ValueInfoProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a network's tensors before it runs: types and shapes, and the values that follow from shapes. Inferred
 * for batches 1 and 2, which tells what depends on the batch. Immutable.
 */
final class Shapes {
    private final Graph graph;
    private final Map<String, ShapedTensor> ofOne;
    private final Map<String, ShapedTensor> ofTwo;
    private final boolean batchFrozen;

    Shapes(GraphProto proto, Graph graph) throws OnnxException {
        this.graph = graph;
        ValueInfoProto input = graph.input();
        List<TensorShapeProto.Dimension> dims =
                input.getType().getTensorType().getShape().getDimList();
        boolean symbolic = !dims.isEmpty() && dims.get(0).getDimValue() <= 0;
        String symbol = dims.isEmpty() ? "" : dims.get(0).getDimParam();
        Map<String, ValueInfoProto> annotations = annotations(proto);
        this.ofOne = ShapeInference.run(graph, annotations, input(input, symbol, 1), symbol, 1);
        this.ofTwo = symbolic ? ShapeInference.run(graph, annotations, input(input, symbol, 2), symbol, 2) : ofOne;
        this.batchFrozen = symbolic && needsFreezing();
    }

    private static Map<String, ValueInfoProto> annotations(GraphProto proto) {
        Map<String, ValueInfoProto> annotations = new HashMap<>();
        proto.getValueInfoList().forEach(value -> annotations.put(value.getName(), value));
        proto.getOutputList().forEach(value -> annotations.put(value.getName(), value));
        return annotations;
    }

    /** The input for a batch; every other dimension must be fixed. */
    private static ShapedTensor input(ValueInfoProto input, String symbol, long batch) throws OnnxException {
        Optional<ShapedTensor> shape = ShapeInference.read(input.getType(), symbol, batch);
        if (shape.isEmpty() || shape.get().rank() == 0 || shape.get().dim(0) != batch) {
            throw new OnnxException(
                    Reason.UNSUPPORTED,
                    "input '%s' has shape %s: expected every dimension fixed, the first 1 or symbolic. Maybe export it with a fixed height and width"
                            .formatted(
                                    input.getName(),
                                    input.getType().getTensorType().getShape().getDimList().stream()
                                            .map(dim -> dim.hasDimValue()
                                                    ? Long.toString(dim.getDimValue())
                                                    : dim.getDimParam())
                                            .toList()));
        }
        return shape.get();
    }

    /** Whether a value that is known from shapes, and that an operator reads, depends on the batch. */
    private boolean needsFreezing() {
        for (Operator operator : graph.operators()) {
            if (isConstant(operator)) {
                continue;
            }
            for (String name : operator.uses()) {
                ShapedTensor two = ofTwo.get(name);
                ShapedTensor one = ofOne.get(name);
                boolean same = one != null && two != null && Arrays.equals(one.value(), two.value());
                if (isFolded(name) && !same) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether partitions have a fixed batch of 1 though the network's batch is symbolic. */
    boolean isBatchFrozen() {
        return batchFrozen;
    }

    /** What is known of a tensor for batch 1; null where nothing is. */
    @Nullable
    ShapedTensor of(String tensor) {
        return ofOne.get(tensor);
    }

    /** Whether the tensor depends on the input's shape alone, so that its value is known before the network runs. */
    boolean isFolded(String tensor) {
        ShapedTensor shape = ofOne.get(tensor);
        return graph.isLive(tensor)
                && shape != null
                && shape.value() != null
                && TensorValues.isWritable(shape.dataType());
    }

    /** Whether the operator need not run: what it makes is constant or known from shapes. */
    boolean isConstant(Operator operator) {
        return !graph.isLive(operator) || operator.outputs().stream().allMatch(this::isFolded);
    }

    /** Whether the tensor is made while the network runs. */
    boolean isLive(String tensor) {
        return graph.isLive(tensor) && !isFolded(tensor);
    }

    /** Type and shape as an edge states them; empty where they are not known or no edge may have them. */
    Optional<TensorSpec> spec(String tensor) {
        ShapedTensor one = ofOne.get(tensor);
        ShapedTensor two = ofTwo.get(tensor);
        if (one == null || two == null || one.rank() != two.rank() || one.elements() == 0) {
            return Optional.empty();
        }
        Optional<ElementType> type = ShapedTensor.elementType(one.dataType());
        List<Long> dims = new ArrayList<>();
        for (int i = 0; i < one.rank(); i++) {
            boolean scales = one.dim(i) != two.dim(i);
            if (scales && !batchFrozen && (one.dim(i) != 1 || two.dim(i) != 2)) {
                return Optional.empty();
            }
            dims.add(scales && !batchFrozen ? TensorSpec.BATCH : one.dim(i));
        }
        return type.map(known -> new TensorSpec(tensor, known, dims));
    }
}
