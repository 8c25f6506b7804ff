package dev.offramp.coordinator.cli.bench.network;

import com.google.protobuf.ByteString;
import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.partition.onnx.OnnxNetwork;
import dev.offramp.partition.onnx.schema.AttributeProto;
import dev.offramp.partition.onnx.schema.GraphProto;
import dev.offramp.partition.onnx.schema.ModelProto;
import dev.offramp.partition.onnx.schema.NodeProto;
import dev.offramp.partition.onnx.schema.OperatorSetIdProto;
import dev.offramp.partition.onnx.schema.StringStringEntryProto;
import dev.offramp.partition.onnx.schema.TensorProto;
import dev.offramp.partition.onnx.schema.TensorShapeProto;
import dev.offramp.partition.onnx.schema.TypeProto;
import dev.offramp.partition.onnx.schema.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Puts an ONNX graph of convolutions together, its weights random. Every operator is named after its result. Confined. */
final class GraphBuilder {
    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final SplittableRandom random;

    GraphBuilder(String name, long seed) {
        graph.setName(name);
        random = new SplittableRandom(seed);
    }

    /** A float input; the batch is open. */
    String input(String name, long... shape) {
        graph.addInput(value(name, shape));
        return name;
    }

    void output(String name, long... shape) {
        graph.addOutput(value(name, shape));
    }

    private static ValueInfoProto value(String name, long... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
        for (long size : shape) {
            dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(dimensions)))
                .build();
    }

    /**
     * A square convolution with a bias, its padding half its size.
     *
     * @param gain of its result's spread over its input's
     */
    String convolution(String name, String input, int channels, int filters, int size, int stride, double gain) {
        weights(
                name + ".weight",
                gain * Math.sqrt(6.0 / ((double) channels * size * size)),
                filters,
                channels,
                size,
                size);
        weights(name + ".bias", 0, filters);
        int padding = size / 2;
        return node("Conv", name, input, name + ".weight", name + ".bias")
                .addAttribute(integers("kernel_shape", size, size))
                .addAttribute(integers("strides", stride, stride))
                .addAttribute(integers("pads", padding, padding, padding, padding))
                .getName();
    }

    String relu(String name, String input) {
        return node("Relu", name, input).getName();
    }

    String add(String name, String one, String other) {
        return node("Add", name, one, other).getName();
    }

    String maxPool(String name, String input, int size, int stride) {
        int padding = size / 2;
        return node("MaxPool", name, input)
                .addAttribute(integers("kernel_shape", size, size))
                .addAttribute(integers("strides", stride, stride))
                .addAttribute(integers("pads", padding, padding, padding, padding))
                .getName();
    }

    /** The mean of each channel, then a score per class. */
    String head(String name, String input, int channels, int classes) {
        String means = node("GlobalAveragePool", name + ".means", input).getName();
        String flat = node("Flatten", name + ".flat", means).getName();
        weights(name + ".weight", Math.sqrt(3.0 / channels), channels, classes);
        weights(name + ".bias", 0, classes);
        return node("Gemm", name, flat, name + ".weight", name + ".bias").getName();
    }

    private NodeProto.Builder node(String operator, String output, String... inputs) {
        NodeProto.Builder node =
                graph.addNodeBuilder().setOpType(operator).setName(output).addOutput(output);
        for (String input : inputs) {
            node.addInput(input);
        }
        return node;
    }

    private static AttributeProto integers(String name, long... values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(LongStream.of(values).boxed().toList())
                .build();
    }

    /** Uniform from −{@code bound} to {@code bound}. */
    private void weights(String name, double bound, long... shape) {
        long count = LongStream.of(shape).reduce(1, Math::multiplyExact);
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(count * Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat((float) (bound * (2 * random.nextDouble() - 1)));
        }
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addAllDims(LongStream.of(shape).boxed().toList())
                .setRawData(ByteString.copyFrom(bytes.flip())));
    }

    /** The network, called {@code name} as a service. */
    OnnxNetwork network(String name) throws OnnxException {
        return OnnxNetwork.parse(ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .addMetadataProps(StringStringEntryProto.newBuilder()
                        .setKey("offramp.service")
                        .setValue(name))
                .setGraph(graph)
                .build()
                .toByteArray());
    }
}
