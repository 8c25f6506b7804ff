package dev.offramp.partition.onnx;

import dev.offramp.partition.onnx.schema.GraphProto;
import dev.offramp.partition.onnx.schema.NodeProto;
import dev.offramp.partition.onnx.schema.TensorProto;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs graphs of a few operators on flat tensors, in the file's order, so that a wrong order or a missing name fails. */
final class Interpreter {
    private Interpreter() {}

    /** All values of the graph once run; {@code outer} holds what a subgraph may capture and the inputs. */
    static Map<String, float[]> run(GraphProto graph, Map<String, float[]> outer) {
        Map<String, float[]> values = new HashMap<>(outer);
        graph.getInitializerList().forEach(tensor -> values.put(tensor.getName(), floats(tensor)));
        for (NodeProto node : graph.getNodeList()) {
            List<float[]> inputs = new ArrayList<>();
            for (String name : node.getInputList()) {
                float[] value = values.get(name);
                if (value == null) {
                    throw new AssertionError("%s reads '%s' before it is made".formatted(node.getOpType(), name));
                }
                inputs.add(value);
            }
            List<float[]> outputs = compute(node, inputs, values);
            for (int i = 0; i < outputs.size(); i++) {
                values.put(node.getOutput(i), outputs.get(i));
            }
        }
        return values;
    }

    private static List<float[]> compute(NodeProto node, List<float[]> in, Map<String, float[]> values) {
        return switch (node.getOpType()) {
            case "Add", "Mul" -> List.of(combine(node.getOpType().equals("Add"), in.get(0), in.get(1)));
            case "Relu" -> List.of(relu(in.get(0)));
            case "Identity" -> List.of(in.get(0).clone());
            case "Constant" -> List.of(floats(node.getAttribute(0).getT()));
            case "MatMul" -> List.of(product(in.get(0), in.get(1)));
            case "Concat" -> List.of(joined(in));
            case "Split" -> halves(in.get(0));
            case "If" -> branch(node, in.get(0)[0] != 0, values);
            default -> throw new AssertionError("no rule for " + node.getOpType());
        };
    }

    private static float[] combine(boolean add, float[] left, float[] right) {
        float[] result = left.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] = add ? left[i] + right[i] : left[i] * right[i];
        }
        return result;
    }

    private static float[] relu(float[] input) {
        float[] result = input.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] = Math.max(0, result[i]);
        }
        return result;
    }

    /** A row times a square matrix. */
    private static float[] product(float[] row, float[] matrix) {
        float[] result = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            for (int j = 0; j < row.length; j++) {
                result[j] += row[i] * matrix[i * row.length + j];
            }
        }
        return result;
    }

    private static float[] joined(List<float[]> parts) {
        FloatBuffer all = FloatBuffer.allocate(
                parts.stream().mapToInt(part -> part.length).sum());
        parts.forEach(all::put);
        return all.array();
    }

    private static List<float[]> halves(float[] input) {
        int half = input.length / 2;
        return List.of(Arrays.copyOf(input, half), Arrays.copyOfRange(input, half, input.length));
    }

    private static List<float[]> branch(NodeProto node, boolean condition, Map<String, float[]> values) {
        String name = condition ? "then_branch" : "else_branch";
        GraphProto graph = node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst()
                .orElseThrow()
                .getG();
        Map<String, float[]> inside = run(graph, values);
        return graph.getOutputList().stream()
                .map(output -> inside.get(output.getName()))
                .toList();
    }

    private static float[] floats(TensorProto tensor) {
        if (tensor.getDataType() == TensorProto.DataType.BOOL_VALUE) {
            return new float[] {tensor.getRawData().byteAt(0)};
        }
        FloatBuffer raw = tensor.getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        float[] values = new float[raw.remaining()];
        raw.get(values);
        return values;
    }
}
