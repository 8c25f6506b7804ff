package dev.offramp.partition.onnx;

import dev.offramp.partition.onnx.schema.NodeProto;
import dev.offramp.partition.onnx.schema.TensorProto.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Shapes of operators that rearrange, reduce or make tensors. */
final class Rearranging {
    private static final int INT64 = DataType.INT64_VALUE;

    private Rearranging() {}

    static List<ShapedTensor> infer(NodeProto node, Attributes attributes, ShapeRules.Inputs in) {
        return switch (node.getOpType()) {
            case "Shape" -> List.of(shape(attributes, in.at(0)));
            case "Size" ->
                List.of(new ShapedTensor(
                        INT64, new long[0], new double[] {in.at(0).elements()}));
            case "Reshape" -> List.of(reshape(attributes, in.at(0), in.at(1).knownLongs()));
            case "Flatten" -> List.of(flatten(in.at(0), (int) attributes.integer("axis", 1)));
            case "Transpose" -> List.of(transpose(in.at(0), attributes));
            case "Concat" -> List.of(concat(in, (int) attributes.integer("axis", 1)));
            case "Split" -> split(node, attributes, in);
            case "Slice" -> List.of(Slicing.slice(attributes, in));
            case "Gather" -> List.of(Slicing.gather(in.at(0), in.at(1), (int) attributes.integer("axis", 0)));
            case "Unsqueeze" -> List.of(unsqueeze(in.at(0), axes(attributes, in)));
            case "Squeeze" -> List.of(squeeze(in.at(0), axes(attributes, in)));
            case "Expand" -> List.of(expand(in.at(0), in.at(1).knownLongs()));
            case "Tile" -> List.of(tile(in.at(0), in.at(1).knownLongs()));
            case "Pad" -> List.of(pad(attributes, in));
            case "Resize", "Upsample" -> List.of(resize(in));
            case "ConstantOfShape" ->
                List.of(constantOfShape(attributes, in.at(0).knownLongs()));
            case "Range" -> List.of(range(in));
            case "DepthToSpace" -> List.of(depthToSpace(in.at(0), attributes.integer("blocksize", 1)));
            case "ArgMax", "ArgMin" ->
                List.of(reduce(attributes, in.at(0), new long[] {attributes.integer("axis", 0)})
                        .withType(INT64));
            case "ReduceMean",
                    "ReduceSum",
                    "ReduceMax",
                    "ReduceMin",
                    "ReduceProd",
                    "ReduceL1",
                    "ReduceL2",
                    "ReduceSumSquare",
                    "ReduceLogSum",
                    "ReduceLogSumExp" -> List.of(reduce(attributes, in.at(0), axes(attributes, in)));
            default -> throw ShapeRules.unknown(node);
        };
    }

    private static ShapedTensor shape(Attributes attributes, ShapedTensor input) {
        int rank = input.rank();
        long start = attributes.integer("start", 0);
        long end = attributes.integer("end", rank);
        int from = Math.clamp(start < 0 ? start + rank : start, 0, rank);
        int to = Math.clamp(end < 0 ? end + rank : end, from, rank);
        return ShapedTensor.vector(
                Arrays.stream(input.dims(), from, to).asDoubleStream().toArray());
    }

    private static ShapedTensor reshape(Attributes attributes, ShapedTensor input, long[] wanted) {
        long[] dims = wanted.clone();
        int open = -1;
        long product = 1;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] == 0 && attributes.integer("allowzero", 0) == 0) {
                dims[i] = input.dim(i);
            }
            if (dims[i] == -1) {
                open = i;
            } else {
                product = Math.multiplyExact(product, dims[i]);
            }
        }
        if (open >= 0) {
            if (product == 0 || input.elements() % product != 0) {
                throw new UnknownShapeException("a Reshape that does not come out even");
            }
            dims[open] = input.elements() / product;
        }
        return new ShapedTensor(input.dataType(), dims, input.value());
    }

    private static ShapedTensor flatten(ShapedTensor input, int axis) {
        int at = input.axis(axis);
        long rows = LongStream.of(input.dims()).limit(at).reduce(1, Math::multiplyExact);
        return ShapedTensor.of(input.dataType(), rows, rows == 0 ? 0 : input.elements() / rows);
    }

    private static ShapedTensor transpose(ShapedTensor input, Attributes attributes) {
        int rank = input.rank();
        long[] reversed = new long[rank];
        for (int i = 0; i < rank; i++) {
            reversed[i] = rank - 1L - i;
        }
        long[] order = attributes.integers("perm", reversed);
        long[] dims = new long[rank];
        for (int i = 0; i < rank; i++) {
            dims[i] = input.dim((int) order[i]);
        }
        return ShapedTensor.of(input.dataType(), dims);
    }

    private static ShapedTensor concat(ShapeRules.Inputs in, int axis) {
        ShapedTensor first = in.at(0);
        int at = first.axis(axis);
        long[] dims = first.dims().clone();
        boolean known = first.rank() == 1;
        List<Double> values = new ArrayList<>();
        long sum = 0;
        for (int i = 0; i < in.all().size(); i++) {
            ShapedTensor part = in.at(i);
            sum += part.dim(at);
            double[] value = part.value();
            known &= value != null;
            if (value != null && known) {
                for (double entry : value) {
                    values.add(entry);
                }
            }
        }
        dims[at] = sum;
        return new ShapedTensor(
                first.dataType(),
                dims,
                known ? values.stream().mapToDouble(Double::doubleValue).toArray() : null);
    }

    private static List<ShapedTensor> split(NodeProto node, Attributes attributes, ShapeRules.Inputs in) {
        ShapedTensor input = in.at(0);
        int at = input.axis(attributes.integer("axis", 0));
        int outputs = node.getOutputCount();
        long[] sizes = in.has(1) ? in.at(1).knownLongs() : attributes.integers("split");
        if (sizes.length == 0) {
            long each = Math.ceilDiv(input.dim(at), outputs);
            sizes = new long[outputs];
            Arrays.fill(sizes, each);
            sizes[outputs - 1] = input.dim(at) - each * (outputs - 1);
        }
        List<ShapedTensor> parts = new ArrayList<>();
        for (long size : sizes) {
            long[] dims = input.dims().clone();
            dims[at] = size;
            parts.add(ShapedTensor.of(input.dataType(), dims));
        }
        return parts;
    }

    private static long[] axes(Attributes attributes, ShapeRules.Inputs in) {
        return in.has(1) ? in.at(1).knownLongs() : attributes.integers("axes");
    }

    /** Axes counted from either end, as indices. */
    private static Set<Integer> indices(long[] axes, int rank) {
        return LongStream.of(axes)
                .mapToObj(axis -> Math.toIntExact(axis < 0 ? axis + rank : axis))
                .collect(Collectors.toSet());
    }

    private static ShapedTensor unsqueeze(ShapedTensor input, long[] axes) {
        int rank = input.rank() + axes.length;
        Set<Integer> at = indices(axes, rank);
        long[] dims = new long[rank];
        int next = 0;
        for (int i = 0; i < rank; i++) {
            dims[i] = at.contains(i) ? 1 : input.dim(next++);
        }
        return new ShapedTensor(input.dataType(), dims, input.value());
    }

    private static ShapedTensor squeeze(ShapedTensor input, long[] axes) {
        Set<Integer> at = indices(axes, input.rank());
        List<Long> dims = new ArrayList<>();
        for (int i = 0; i < input.rank(); i++) {
            boolean gone = at.isEmpty() ? input.dim(i) == 1 : at.contains(i);
            if (!gone) {
                dims.add(input.dim(i));
            }
        }
        return ShapedTensor.of(input.dataType(), dims).withValue(input.value());
    }

    private static ShapedTensor expand(ShapedTensor input, long[] wanted) {
        return ShapedTensor.of(input.dataType(), ShapeRules.broadcast(input.dims(), wanted));
    }

    private static ShapedTensor tile(ShapedTensor input, long[] repeats) {
        long[] dims = input.dims().clone();
        for (int i = 0; i < dims.length; i++) {
            dims[i] = Math.multiplyExact(dims[i], repeats[i]);
        }
        return ShapedTensor.of(input.dataType(), dims);
    }

    private static ShapedTensor pad(Attributes attributes, ShapeRules.Inputs in) {
        ShapedTensor input = in.at(0);
        long[] pads = in.has(1) ? in.at(1).knownLongs() : attributes.integers("pads");
        if (in.has(3) || pads.length != 2 * input.rank()) {
            throw new UnknownShapeException("Pad along some axes");
        }
        long[] dims = input.dims().clone();
        for (int i = 0; i < dims.length; i++) {
            dims[i] += pads[i] + pads[i + dims.length];
        }
        return ShapedTensor.of(input.dataType(), dims);
    }

    private static ShapedTensor resize(ShapeRules.Inputs in) {
        ShapedTensor input = in.at(0);
        if (in.has(3) && in.at(3).elements() == input.rank()) {
            return ShapedTensor.of(input.dataType(), in.at(3).knownLongs());
        }
        double[] scales = (in.has(2) ? in.at(2) : in.at(1)).known();
        if (scales.length != input.rank()) {
            throw new UnknownShapeException("Resize along some axes");
        }
        long[] dims = new long[scales.length];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = (long) Math.floor(input.dim(i) * scales[i]);
        }
        return ShapedTensor.of(input.dataType(), dims);
    }

    private static ShapedTensor constantOfShape(Attributes attributes, long[] dims) {
        ShapedTensor fill = attributes
                .tensor("value")
                .map(TensorValues::read)
                .orElse(new ShapedTensor(DataType.FLOAT_VALUE, new long[] {1}, new double[1]));
        ShapedTensor result = ShapedTensor.of(fill.dataType(), dims);
        double[] value = fill.value();
        if (value == null || result.elements() > ShapedTensor.MAX_VALUE) {
            return result;
        }
        double[] values = new double[(int) result.elements()];
        Arrays.fill(values, value[0]);
        return new ShapedTensor(fill.dataType(), dims, values);
    }

    private static ShapedTensor range(ShapeRules.Inputs in) {
        double start = in.at(0).known()[0];
        double step = in.at(2).known()[0];
        long count = Math.max(0, (long) Math.ceil((in.at(1).known()[0] - start) / step));
        if (count > ShapedTensor.MAX_VALUE) {
            return ShapedTensor.of(in.at(0).dataType(), count);
        }
        double[] values = new double[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = start + i * step;
        }
        return new ShapedTensor(in.at(0).dataType(), new long[] {count}, values);
    }

    private static ShapedTensor depthToSpace(ShapedTensor input, long block) {
        return ShapedTensor.of(
                input.dataType(),
                input.dim(0),
                input.dim(1) / (block * block),
                input.dim(2) * block,
                input.dim(3) * block);
    }

    private static ShapedTensor reduce(Attributes attributes, ShapedTensor input, long[] axes) {
        boolean keep = attributes.integer("keepdims", 1) != 0;
        Set<Integer> at = indices(axes, input.rank());
        List<Long> dims = new ArrayList<>();
        for (int i = 0; i < input.rank(); i++) {
            boolean reduced = at.isEmpty() || at.contains(i);
            if (!reduced || keep) {
                dims.add(reduced ? 1 : input.dim(i));
            }
        }
        return ShapedTensor.of(input.dataType(), dims);
    }
}
