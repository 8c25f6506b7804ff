package dev.offramp.partition.onnx;

/** Shapes of operators that slide a window: convolutions and pools. */
final class Windows {
    private Windows() {}

    static ShapedTensor convolution(Attributes attributes, ShapedTensor input, ShapedTensor weight, int type) {
        long[] kernel = spatial(weight.dims());
        long[] dims = slide(attributes, input, kernel);
        dims[1] = weight.dim(0);
        return ShapedTensor.of(type, dims);
    }

    static ShapedTensor pool(Attributes attributes, ShapedTensor input) {
        return ShapedTensor.of(input.dataType(), slide(attributes, input, attributes.integers("kernel_shape")));
    }

    static ShapedTensor transposed(Attributes attributes, ShapedTensor input, ShapedTensor weight) {
        long[] kernel = spatial(weight.dims());
        int n = kernel.length;
        long[] strides = attributes.integers("strides", ones(n));
        long[] dilations = attributes.integers("dilations", ones(n));
        long[] pads = attributes.integers("pads", new long[2 * n]);
        long[] extra = attributes.integers("output_padding", new long[n]);
        if (attributes.has("output_shape")
                || !attributes.text("auto_pad", "NOTSET").equals("NOTSET")) {
            throw new UnknownShapeException("ConvTranspose with auto_pad or output_shape");
        }
        long[] dims = input.dims().clone();
        dims[1] = weight.dim(1) * attributes.integer("group", 1);
        for (int i = 0; i < n; i++) {
            dims[i + 2] = strides[i] * (input.dim(i + 2) - 1)
                    + extra[i]
                    + (kernel[i] - 1) * dilations[i]
                    + 1
                    - pads[i]
                    - pads[i + n];
        }
        return ShapedTensor.of(input.dataType(), dims);
    }

    private static long[] slide(Attributes attributes, ShapedTensor input, long[] kernel) {
        int n = kernel.length;
        if (n == 0 || input.rank() != n + 2) {
            throw new UnknownShapeException("a window of %d dimensions over a tensor of %d".formatted(n, input.rank()));
        }
        long[] strides = attributes.integers("strides", ones(n));
        long[] dilations = attributes.integers("dilations", ones(n));
        long[] pads = attributes.integers("pads", new long[2 * n]);
        String autoPad = attributes.text("auto_pad", "NOTSET");
        boolean up = attributes.integer("ceil_mode", 0) != 0;
        long[] dims = input.dims().clone();
        for (int i = 0; i < n; i++) {
            long size = input.dim(i + 2);
            long window = (kernel[i] - 1) * dilations[i] + 1;
            dims[i + 2] = switch (autoPad) {
                case "SAME_UPPER", "SAME_LOWER" -> Math.ceilDiv(size, strides[i]);
                case "VALID" -> Math.ceilDiv(size - window + 1, strides[i]);
                default -> steps(size, window, strides[i], pads[i], pads[i + n], up);
            };
            if (dims[i + 2] < 1) {
                throw new UnknownShapeException("a window of %d over %d".formatted(window, size));
            }
        }
        return dims;
    }

    /** A last window that would begin in the padding after the input is left out, as ONNX Runtime does. */
    private static long steps(long size, long window, long stride, long before, long after, boolean up) {
        long span = size + before + after - window;
        long steps = (up ? Math.ceilDiv(span, stride) : Math.floorDiv(span, stride)) + 1;
        return up && (steps - 1) * stride >= size + before ? steps - 1 : steps;
    }

    private static long[] spatial(long[] dims) {
        return java.util.Arrays.copyOfRange(dims, Math.min(2, dims.length), dims.length);
    }

    private static long[] ones(int n) {
        long[] ones = new long[n];
        java.util.Arrays.fill(ones, 1);
        return ones;
    }
}
