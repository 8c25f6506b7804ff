package dev.offramp.partition.onnx;

import dev.offramp.partition.onnx.schema.NodeProto;
import dev.offramp.partition.onnx.schema.TensorProto.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Shapes of an operator's outputs from those of its inputs, for concrete dimensions, as the ONNX operator
 * specifications say. Operators not listed here are unknown. Stateless.
 */
final class ShapeRules {
    private static final int FLOAT = DataType.FLOAT_VALUE;
    private static final int INT64 = DataType.INT64_VALUE;
    private static final int UINT8 = DataType.UINT8_VALUE;

    private ShapeRules() {}

    /** The inputs of one operator; absent optional ones and unknown ones are null. */
    record Inputs(List<@Nullable ShapedTensor> all) {
        ShapedTensor at(int index) {
            ShapedTensor input = index < all.size() ? all.get(index) : null;
            if (input == null) {
                throw new UnknownShapeException("the shape of input %d is not known".formatted(index));
            }
            return input;
        }

        boolean has(int index) {
            return index < all.size() && all.get(index) != null;
        }
    }

    /** One entry per output, in order; throws {@link UnknownShapeException} where it cannot say. */
    static List<ShapedTensor> infer(NodeProto node, Inputs in) {
        Attributes attributes = new Attributes(node);
        return switch (node.getOpType()) {
            case "Relu",
                    "LeakyRelu",
                    "PRelu",
                    "Elu",
                    "Selu",
                    "Celu",
                    "ThresholdedRelu",
                    "Sigmoid",
                    "HardSigmoid",
                    "HardSwish",
                    "Tanh",
                    "Softplus",
                    "Softsign",
                    "Gelu",
                    "Mish",
                    "Swish",
                    "Erf",
                    "Exp",
                    "Log",
                    "Sin",
                    "Cos",
                    "Tan",
                    "Round",
                    "Sign",
                    "Reciprocal",
                    "Softmax",
                    "LogSoftmax",
                    "Hardmax",
                    "Clip",
                    "InstanceNormalization",
                    "GroupNormalization",
                    "LRN",
                    "LpNormalization",
                    "MeanVarianceNormalization",
                    "CumSum",
                    "Not",
                    "BitwiseNot",
                    "Shrink",
                    "Trilu" -> List.of(same(in.at(0)));
            case "Identity" -> List.of(in.at(0));
            case "Neg", "Abs", "Sqrt", "Floor", "Ceil" -> List.of(Folding.unary(node.getOpType(), in.at(0)));
            case "BatchNormalization", "Dropout", "LayerNormalization", "SkipLayerNormalization" ->
                repeated(same(in.at(0)), node.getOutputCount());
            case "Add", "Sub", "Mul", "Div", "Pow", "Mod", "Min", "Max", "Sum", "Mean" ->
                List.of(Folding.binary(node.getOpType(), in, in.at(0).dataType()));
            case "Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual", "And", "Or", "Xor" ->
                List.of(Folding.binary(node.getOpType(), in, DataType.BOOL_VALUE));
            case "Where" -> List.of(Folding.where(in));
            case "Cast" -> List.of(Folding.cast(in.at(0), (int) attributes.integer("to", FLOAT)));
            case "CastLike" -> List.of(Folding.cast(in.at(0), in.at(1).dataType()));
            case "QuantizeLinear" ->
                List.of(ShapedTensor.of(
                        in.has(2) ? in.at(2).dataType() : UINT8, in.at(0).dims()));
            case "DequantizeLinear" ->
                List.of(ShapedTensor.of(in.at(1).dataType(), in.at(0).dims()));
            case "DynamicQuantizeLinear" ->
                List.of(ShapedTensor.of(UINT8, in.at(0).dims()), ShapedTensor.of(FLOAT), ShapedTensor.of(UINT8));
            case "Conv", "ConvInteger" ->
                List.of(Windows.convolution(attributes, in.at(0), in.at(1), convType(node, in)));
            case "QLinearConv" ->
                List.of(Windows.convolution(
                        attributes, in.at(0), in.at(3), in.at(7).dataType()));
            case "ConvTranspose" -> List.of(Windows.transposed(attributes, in.at(0), in.at(1)));
            case "MaxPool", "AveragePool", "LpPool" ->
                repeatedPool(Windows.pool(attributes, in.at(0)), node.getOutputCount());
            case "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool" -> List.of(global(in.at(0)));
            case "QLinearAdd", "QLinearMul", "QLinearGlobalAveragePool" -> throw unknown(node);
            case "MatMul", "MatMulInteger" -> List.of(matMul(in.at(0), in.at(1), mulType(node, in)));
            case "QLinearMatMul" -> List.of(matMul(in.at(0), in.at(3), in.at(7).dataType()));
            case "Gemm" -> List.of(gemm(attributes, in.at(0), in.at(1)));
            case "Constant" -> List.of(constant(attributes));
            default -> Rearranging.infer(node, attributes, in);
        };
    }

    static UnknownShapeException unknown(NodeProto node) {
        return new UnknownShapeException("operator %s is not known".formatted(node.getOpType()));
    }

    private static ShapedTensor same(ShapedTensor input) {
        return ShapedTensor.of(input.dataType(), input.dims());
    }

    private static List<ShapedTensor> repeated(ShapedTensor first, int outputs) {
        List<ShapedTensor> all = new ArrayList<>();
        all.add(first);
        for (int i = 1; i < outputs; i++) {
            all.add(first.withType(DataType.BOOL_VALUE));
        }
        return all;
    }

    private static List<ShapedTensor> repeatedPool(ShapedTensor pooled, int outputs) {
        return outputs > 1 ? List.of(pooled, pooled.withType(INT64)) : List.of(pooled);
    }

    private static int convType(NodeProto node, Inputs in) {
        return node.getOpType().equals("Conv") ? in.at(0).dataType() : DataType.INT32_VALUE;
    }

    private static int mulType(NodeProto node, Inputs in) {
        return node.getOpType().equals("MatMul") ? in.at(0).dataType() : DataType.INT32_VALUE;
    }

    private static ShapedTensor global(ShapedTensor input) {
        long[] dims = input.dims().clone();
        for (int i = 2; i < dims.length; i++) {
            dims[i] = 1;
        }
        return ShapedTensor.of(input.dataType(), dims);
    }

    private static ShapedTensor matMul(ShapedTensor left, ShapedTensor right, int type) {
        if (left.rank() < 1 || right.rank() < 1) {
            throw new UnknownShapeException("MatMul of a scalar");
        }
        long[] a = left.rank() == 1 ? new long[] {1, left.dim(0)} : left.dims();
        long[] b = right.rank() == 1 ? new long[] {right.dim(0), 1} : right.dims();
        if (a[a.length - 1] != b[b.length - 2]) {
            throw new UnknownShapeException(
                    "MatMul of inner dimensions %d and %d".formatted(a[a.length - 1], b[b.length - 2]));
        }
        long[] batch = broadcast(
                IntStream.range(0, a.length - 2).mapToLong(i -> a[i]).toArray(),
                IntStream.range(0, b.length - 2).mapToLong(i -> b[i]).toArray());
        List<Long> dims = new ArrayList<>();
        for (long dim : batch) {
            dims.add(dim);
        }
        if (left.rank() > 1) {
            dims.add(a[a.length - 2]);
        }
        if (right.rank() > 1) {
            dims.add(b[b.length - 1]);
        }
        return ShapedTensor.of(type, dims);
    }

    private static ShapedTensor gemm(Attributes attributes, ShapedTensor a, ShapedTensor b) {
        long rows = attributes.integer("transA", 0) == 0 ? a.dim(0) : a.dim(1);
        long columns = attributes.integer("transB", 0) == 0 ? b.dim(1) : b.dim(0);
        return ShapedTensor.of(a.dataType(), rows, columns);
    }

    private static ShapedTensor constant(Attributes attributes) {
        if (attributes.tensor("value").isPresent()) {
            return TensorValues.read(attributes.tensor("value").get());
        }
        if (attributes.has("value_int")) {
            return new ShapedTensor(INT64, new long[0], new double[] {attributes.integer("value_int", 0)});
        }
        if (attributes.has("value_ints")) {
            long[] values = attributes.integers("value_ints");
            return ShapedTensor.vector(
                    java.util.Arrays.stream(values).asDoubleStream().toArray());
        }
        return attributes
                .number("value_float")
                .map(value -> new ShapedTensor(FLOAT, new long[0], new double[] {value}))
                .orElseThrow(() -> new UnknownShapeException("a Constant of an unusual kind"));
    }

    /** Multidirectional broadcasting. */
    static long[] broadcast(long[] a, long[] b) {
        long[] result = new long[Math.max(a.length, b.length)];
        for (int i = 1; i <= result.length; i++) {
            long left = i <= a.length ? a[a.length - i] : 1;
            long right = i <= b.length ? b[b.length - i] : 1;
            if (left != right && left != 1 && right != 1) {
                throw new UnknownShapeException("dimensions %d and %d do not broadcast".formatted(left, right));
            }
            result[result.length - i] = left == 1 ? right : left;
        }
        return result;
    }
}
