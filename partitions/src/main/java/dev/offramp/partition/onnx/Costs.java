package dev.offramp.partition.onnx;

import java.util.List;
import java.util.Map;

/** What an operator costs per sample. */
final class Costs {
    private Costs() {}

    /**
     * Multiply-accumulates of convolutions and matrix products; 0 for other operators and where shapes are not known.
     */
    static long multiplyAccumulates(Operator operator, Map<String, ShapedTensor> shapes) {
        String type = operator.node().getOpType();
        List<String> inputs = operator.node().getInputList();
        ShapedTensor output = operator.outputs().isEmpty()
                ? null
                : shapes.get(operator.outputs().get(0));
        if (output == null) {
            return 0;
        }
        ShapedTensor weight =
                switch (type) {
                    case "Conv", "ConvTranspose", "ConvInteger", "Gemm", "MatMul", "MatMulInteger" ->
                        shapes.get(inputs.get(1));
                    case "QLinearConv", "QLinearMatMul" -> shapes.get(inputs.get(3));
                    default -> null;
                };
        if (weight == null || weight.rank() < 2) {
            return 0;
        }
        long perElement =
                switch (type) {
                    case "Conv", "ConvInteger", "QLinearConv" -> weight.elements() / Math.max(1, weight.dim(0));
                    case "ConvTranspose" -> weight.elements() / Math.max(1, weight.dim(1));
                    case "Gemm" -> weight.elements() / Math.max(1, output.dim(-1));
                    default -> weight.dim(-2);
                };
        return output.elements() * perElement;
    }

    /** Multiply-accumulates and elements written: something for every operator, to balance partitions by. */
    static long balance(Operator operator, Map<String, ShapedTensor> shapes) {
        long written = 0;
        for (String output : operator.outputs()) {
            ShapedTensor shape = shapes.get(output);
            written += shape == null ? 1 : shape.elements();
        }
        return multiplyAccumulates(operator, shapes) + written;
    }
}
