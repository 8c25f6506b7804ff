package dev.offramp.partition.onnx;

import dev.offramp.partition.onnx.schema.TensorProto;
import dev.offramp.partition.onnx.schema.TensorShapeProto;
import dev.offramp.partition.onnx.schema.TypeProto;
import dev.offramp.partition.onnx.schema.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Types and shapes of a graph's tensors for one concrete batch. What no rule gives is taken from the file's own
 * annotations, where it has them. Running it for two batches tells which dimension is the batch.
 */
final class ShapeInference {
    private final Map<String, ValueInfoProto> annotations;
    private final Map<String, ShapedTensor> shapes = new HashMap<>();
    private final String batchSymbol;
    private final long batch;

    private ShapeInference(Map<String, ValueInfoProto> annotations, String batchSymbol, long batch) {
        this.annotations = annotations;
        this.batchSymbol = batchSymbol;
        this.batch = batch;
    }

    /**
     * Everything that can be known.
     *
     * @param annotations by tensor name
     * @param batchSymbol name of the dimension that stands for the batch
     */
    static Map<String, ShapedTensor> run(
            Graph graph, Map<String, ValueInfoProto> annotations, ShapedTensor input, String batchSymbol, long batch) {
        ShapeInference inference = new ShapeInference(annotations, batchSymbol, batch);
        inference.shapes.put(graph.input().getName(), input);
        for (Map.Entry<String, TensorProto> entry : graph.initializers().entrySet()) {
            inference.shapes.put(entry.getKey(), TensorValues.read(entry.getValue()));
        }
        graph.operators().forEach(inference::visit);
        return inference.shapes;
    }

    private void visit(Operator operator) {
        List<@Nullable ShapedTensor> inputs = new ArrayList<>();
        operator.node().getInputList().forEach(name -> inputs.add(name.isEmpty() ? null : shapes.get(name)));
        List<ShapedTensor> outputs = List.of();
        if (operator.node().getDomain().isEmpty() || operator.node().getDomain().equals("ai.onnx")) {
            try {
                outputs = ShapeRules.infer(operator.node(), new ShapeRules.Inputs(inputs));
            } catch (UnknownShapeException
                    | ArithmeticException
                    | IndexOutOfBoundsException
                    | IllegalArgumentException
                    | NegativeArraySizeException e) {
                outputs = List.of();
            }
        }
        for (int i = 0; i < operator.node().getOutputCount(); i++) {
            String name = operator.node().getOutput(i);
            if (i < outputs.size() && !name.isEmpty()) {
                shapes.put(name, outputs.get(i));
            } else {
                annotated(name).ifPresent(shape -> shapes.put(name, shape));
            }
        }
    }

    private Optional<ShapedTensor> annotated(String name) {
        ValueInfoProto value = annotations.get(name);
        return value == null ? Optional.empty() : read(value.getType(), batchSymbol, batch);
    }

    /** Type and shape as annotated, the batch's symbol replaced; empty where a dimension is open. */
    static Optional<ShapedTensor> read(TypeProto type, String batchSymbol, long batch) {
        if (!type.hasTensorType() || !type.getTensorType().hasShape()) {
            return Optional.empty();
        }
        List<Long> dims = new ArrayList<>();
        for (TensorShapeProto.Dimension dim : type.getTensorType().getShape().getDimList()) {
            if (dim.hasDimValue() && dim.getDimValue() > 0) {
                dims.add(dim.getDimValue());
            } else if (dim.hasDimParam() && dim.getDimParam().equals(batchSymbol)) {
                dims.add(batch);
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(ShapedTensor.of(type.getTensorType().getElemType(), dims));
    }
}
