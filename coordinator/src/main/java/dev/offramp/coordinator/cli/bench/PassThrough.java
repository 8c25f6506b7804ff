package dev.offramp.coordinator.cli.bench;

import dev.offramp.partition.ServiceId;
import dev.offramp.partition.onnx.Cutter;
import dev.offramp.partition.onnx.Cutting;
import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.partition.onnx.OnnxNetwork;
import dev.offramp.partition.onnx.schema.AttributeProto;
import dev.offramp.partition.onnx.schema.GraphProto;
import dev.offramp.partition.onnx.schema.ModelProto;
import dev.offramp.partition.onnx.schema.NodeProto;
import dev.offramp.partition.onnx.schema.OperatorSetIdProto;
import dev.offramp.partition.onnx.schema.TensorProto;
import dev.offramp.partition.onnx.schema.TensorShapeProto;
import dev.offramp.partition.onnx.schema.TypeProto;
import dev.offramp.partition.onnx.schema.ValueInfoProto;

/**
 * Networks whose partitions pass on what they get: a Relu each, an exit after every one but the first. Stateless.
 */
public final class PassThrough {
    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;

    private PassThrough() {}

    /**
     * @param exits the partitions are one more; the first has no exit
     * @param side of the square image, whose floats are what crosses every cut
     */
    public static Cutting cutting(ServiceId name, int exits, int side) throws OnnxException {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("pass-through");
        graph.addInput(value("image", 1, side, side));
        String before = "image";
        for (int stage = 0; stage <= exits; stage++) {
            String passed = "passed" + stage;
            graph.addNode(node("Relu", before, passed));
            if (stage > 0) {
                String exit = "exit" + stage;
                graph.addNode(node("ReduceMean", passed, exit)
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("axes")
                                .setType(AttributeProto.AttributeType.INTS)
                                .addInts(1)
                                .addInts(2))
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("keepdims")
                                .setType(AttributeProto.AttributeType.INT)
                                .setI(0)));
                graph.addOutput(value(exit, side));
            }
            before = passed;
        }
        OnnxNetwork network = OnnxNetwork.parse(ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setGraph(graph)
                .build()
                .toByteArray());
        // One more is possible, before the last exit.
        return Cutter.cut(network, network.cuts().subList(0, exits)).named(name);
    }

    private static NodeProto.Builder node(String operator, String input, String output) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addInput(input)
                .addOutput(output);
    }

    /** Batch 1. */
    private static ValueInfoProto value(String name, long... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(1));
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
}
