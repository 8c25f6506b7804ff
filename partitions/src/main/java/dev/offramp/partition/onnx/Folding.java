package dev.offramp.partition.onnx;

import dev.offramp.partition.onnx.schema.TensorProto.DataType;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Elementwise operators: their shapes, and their values where small inputs are known, as in arithmetic on shapes. */
final class Folding {
    private Folding() {}

    static ShapedTensor unary(String operator, ShapedTensor input) {
        double[] value = input.value();
        if (value == null) {
            return input;
        }
        double[] result = new double[value.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = rounded(
                    input.dataType(),
                    switch (operator) {
                        case "Neg" -> -value[i];
                        case "Abs" -> Math.abs(value[i]);
                        case "Sqrt" -> Math.sqrt(value[i]);
                        case "Floor" -> Math.floor(value[i]);
                        default -> Math.ceil(value[i]);
                    });
        }
        return new ShapedTensor(input.dataType(), input.dims(), result);
    }

    /** Two inputs, or for the variadic ones any number; the value is followed for two. */
    static ShapedTensor binary(String operator, ShapeRules.Inputs in, int type) {
        long[] dims = in.at(0).dims();
        for (int i = 1; i < in.all().size(); i++) {
            dims = ShapeRules.broadcast(dims, in.at(i).dims());
        }
        double[] value = in.all().size() == 2 ? values(operator, in.at(0), in.at(1), dims, type) : null;
        return new ShapedTensor(type, dims, value);
    }

    private static double @Nullable [] values(String operator, ShapedTensor a, ShapedTensor b, long[] dims, int type) {
        double[] left = a.value();
        double[] right = b.value();
        DoubleBinaryOperator arithmetic = arithmetic(operator, a.dataType());
        long elements = ShapedTensor.of(type, dims).elements();
        if (left == null || right == null || arithmetic == null || elements > ShapedTensor.MAX_VALUE) {
            return null;
        }
        boolean aligned =
                (left.length == elements || left.length == 1) && (right.length == elements || right.length == 1);
        if (!aligned) {
            return null;
        }
        double[] result = new double[(int) elements];
        for (int i = 0; i < result.length; i++) {
            result[i] = rounded(
                    type, arithmetic.applyAsDouble(left[left.length == 1 ? 0 : i], right[right.length == 1 ? 0 : i]));
        }
        return result;
    }

    private static @Nullable DoubleBinaryOperator arithmetic(String operator, int type) {
        boolean whole = type == DataType.INT64_VALUE || type == DataType.INT32_VALUE;
        return switch (operator) {
            case "Add", "Sum" -> Double::sum;
            case "Sub" -> (a, b) -> a - b;
            case "Mul" -> (a, b) -> a * b;
            case "Div" ->
                whole
                        ? (a, b) -> b == 0 ? 0 : Math.floor(Math.abs(a) / Math.abs(b)) * Math.signum(a) * Math.signum(b)
                        : (a, b) -> a / b;
            case "Min" -> Math::min;
            case "Max" -> Math::max;
            case "Mod" -> whole ? (a, b) -> b == 0 ? 0 : Math.floorMod((long) a, (long) b) : null;
            case "Equal" -> (a, b) -> a == b ? 1 : 0;
            case "Less" -> (a, b) -> a < b ? 1 : 0;
            case "Greater" -> (a, b) -> a > b ? 1 : 0;
            default -> null;
        };
    }

    static ShapedTensor where(ShapeRules.Inputs in) {
        ShapedTensor then = in.at(1);
        ShapedTensor otherwise = in.at(2);
        long[] dims = ShapeRules.broadcast(ShapeRules.broadcast(in.at(0).dims(), then.dims()), otherwise.dims());
        double[] condition = in.at(0).value();
        double[] a = then.value();
        double[] b = otherwise.value();
        if (condition == null || a == null || b == null || a.length != condition.length || b.length != a.length) {
            return ShapedTensor.of(then.dataType(), dims);
        }
        double[] result = new double[a.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = condition[i] != 0 ? a[i] : b[i];
        }
        return new ShapedTensor(then.dataType(), dims, result);
    }

    static ShapedTensor cast(ShapedTensor input, int to) {
        double[] value = input.value();
        if (value == null || !TensorValues.isWritable(to)) {
            return ShapedTensor.of(to, input.dims());
        }
        double[] result = new double[value.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = switch (to) {
                case DataType.BOOL_VALUE -> value[i] != 0 ? 1 : 0;
                case DataType.FLOAT_VALUE -> (float) value[i];
                default -> (long) value[i];
            };
        }
        return new ShapedTensor(to, input.dims(), result);
    }

    /** Float arithmetic rounded once from double is exact for +, −, ×, ÷ and √. */
    private static double rounded(int type, double value) {
        return type == DataType.FLOAT_VALUE ? (float) value : value;
    }
}
