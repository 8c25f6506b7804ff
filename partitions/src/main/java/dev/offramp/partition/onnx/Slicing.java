package dev.offramp.partition.onnx;

import java.util.ArrayList;
import java.util.List;

/** Slice and Gather: shapes, and values of small known vectors. */
final class Slicing {
    private Slicing() {}

    static ShapedTensor slice(Attributes attributes, ShapeRules.Inputs in) {
        ShapedTensor input = in.at(0);
        long[] starts = in.has(1) ? in.at(1).knownLongs() : attributes.integers("starts");
        long[] ends = in.has(2) ? in.at(2).knownLongs() : attributes.integers("ends");
        long[] axes = in.has(3) ? in.at(3).knownLongs() : attributes.integers("axes", firstAxes(starts.length));
        long[] steps = in.has(4) ? in.at(4).knownLongs() : ones(starts.length);
        long[] dims = input.dims().clone();
        double[] value = input.rank() == 1 ? input.value() : null;
        for (int i = 0; i < starts.length; i++) {
            int axis = input.axis(axes[i]);
            long size = input.dim(axis);
            long from = clamp(starts[i], size, steps[i]);
            long to = ends[i] < -size && steps[i] < 0 ? -1 : clampEnd(ends[i], size, steps[i]);
            dims[axis] = Math.max(0, Math.ceilDiv(to - from, steps[i]));
            if (value != null) {
                double[] picked = new double[(int) dims[axis]];
                for (int k = 0; k < picked.length; k++) {
                    picked[k] = value[(int) (from + k * steps[i])];
                }
                value = picked;
            }
        }
        return new ShapedTensor(input.dataType(), dims, value);
    }

    private static long clamp(long index, long size, long step) {
        long at = index < 0 ? index + size : index;
        return step > 0 ? Math.clamp(at, 0, size) : Math.clamp(at, 0, size - 1);
    }

    private static long clampEnd(long index, long size, long step) {
        long at = index < 0 ? index + size : index;
        return step > 0 ? Math.clamp(at, 0, size) : Math.clamp(at, -1, size);
    }

    static ShapedTensor gather(ShapedTensor input, ShapedTensor indices, int axis) {
        int at = input.axis(axis);
        List<Long> dims = new ArrayList<>();
        for (int i = 0; i < input.rank(); i++) {
            if (i != at) {
                dims.add(input.dim(i));
                continue;
            }
            for (long dim : indices.dims()) {
                dims.add(dim);
            }
        }
        ShapedTensor shape = ShapedTensor.of(input.dataType(), dims);
        double[] value = input.value();
        double[] picks = indices.value();
        if (value == null || picks == null || input.rank() != 1) {
            return shape;
        }
        double[] picked = new double[picks.length];
        for (int i = 0; i < picked.length; i++) {
            int index = (int) picks[i];
            picked[i] = value[index < 0 ? index + value.length : index];
        }
        return shape.withValue(picked);
    }

    private static long[] firstAxes(int n) {
        long[] axes = new long[n];
        for (int i = 0; i < n; i++) {
            axes[i] = i;
        }
        return axes;
    }

    private static long[] ones(int n) {
        long[] ones = new long[n];
        java.util.Arrays.fill(ones, 1);
        return ones;
    }
}
