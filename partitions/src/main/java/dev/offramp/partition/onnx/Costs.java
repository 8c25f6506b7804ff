package dev.offramp.partition.onnx;

import java.util.List;

/** What an operator costs per sample. */
final class Costs {
    private Costs() {}

    /**
     * Multiply-accumulates of convolutions and matrix products; 0 for other operators and where shapes are not known.
     */
    static long multiplyAccumulates(Operator operator, Shapes shapes) {
        String type = operator.node().getOpType();
        List<String> inputs = operator.node().getInputList();
        ShapedTensor output = operator.outputs().isEmpty()
                ? null
                : shapes.of(operator.outputs().get(0));
        if (output == null) {
            return 0;
        }
        ShapedTensor weight =
                switch (type) {
                    case "Conv", "ConvTranspose", "ConvInteger", "Gemm", "MatMul", "MatMulInteger" ->
                        shapes.of(inputs.get(1));
                    case "QLinearConv", "QLinearMatMul" -> shapes.of(inputs.get(3));
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
    static long balance(Operator operator, Shapes shapes) {
        long written = 0;
        for (String output : operator.outputs()) {
            ShapedTensor shape = shapes.of(output);
            written += shape == null ? 1 : shape.elements();
        }
        return multiplyAccumulates(operator, shapes) + written;
    }
}
