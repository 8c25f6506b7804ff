package dev.offramp.partition.onnx;

import com.google.protobuf.ByteString;
import dev.offramp.partition.onnx.schema.AttributeProto;
import dev.offramp.partition.onnx.schema.GraphProto;
import dev.offramp.partition.onnx.schema.ModelProto;
import dev.offramp.partition.onnx.schema.NodeProto;
import dev.offramp.partition.onnx.schema.OperatorSetIdProto;
import dev.offramp.partition.onnx.schema.TensorProto;
import dev.offramp.partition.onnx.schema.TensorShapeProto;
import dev.offramp.partition.onnx.schema.TypeProto;
import dev.offramp.partition.onnx.schema.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Networks of random blocks over one row of {@value #WIDTH} numbers: plain operators, skips, branches, halves that are
 * split and joined, conditionals that capture, weights and constants that several blocks share, exits at some blocks.
 * The file's order is shuffled now and then, as a file need not be sorted the way we execute.
 */
final class RandomNetwork {
    static final int WIDTH = 8;

    private final RandomGenerator random;
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("random");
    private final List<String> reusable = new ArrayList<>();
    private int names;

    private RandomNetwork(RandomGenerator random) {
        this.random = random;
    }

    static ModelProto of(RandomGenerator random) {
        return new RandomNetwork(random).build();
    }

    private ModelProto build() {
        graph.addInput(value("image", 1, 1, 1, WIDTH));
        reusable.add(weight());
        graph.addNode(NodeProto.newBuilder()
                .setOpType("Constant")
                .addOutput("constant")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("value")
                        .setType(AttributeProto.AttributeType.TENSOR)
                        .setT(tensor("", 1, 1, 1, WIDTH))));
        reusable.add("constant");
        List<NodeProto> heads = new ArrayList<>();
        String at = "image";
        int blocks = random.nextInt(2, 9);
        for (int i = 0; i < blocks; i++) {
            at = block(at);
            if (i + 1 == blocks || random.nextInt(3) == 0) {
                head(at, "exit" + i, random.nextBoolean() ? heads : null);
            }
        }
        heads.forEach(graph::addNode);
        if (random.nextInt(3) == 0) {
            List<NodeProto> nodes = new ArrayList<>(graph.getNodeList());
            Collections.shuffle(nodes, java.util.Random.from(random));
            graph.clearNode().addAllNode(nodes);
        }
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                .setGraph(graph)
                .build();
    }

    private void head(String from, String exit, @org.jspecify.annotations.Nullable List<NodeProto> later) {
        String inside = fresh();
        NodeProto first = node("MatMul", inside, from, matrix()).build();
        NodeProto last = node("Add", exit, inside, shared()).build();
        if (later == null) {
            graph.addNode(first).addNode(last);
        } else {
            later.add(first);
            later.add(last);
        }
        graph.addOutput(value(exit, 1, 1, 1, WIDTH));
    }

    private String block(String from) {
        return switch (random.nextInt(6)) {
            case 0 -> add("Relu", from);
            case 1 -> add("MatMul", from, matrix());
            case 2 -> add("Add", from, add("Mul", add("Relu", from), shared()));
            case 3 -> add("Mul", add("MatMul", from, matrix()), add("Add", add("Identity", from), shared()));
            case 4 -> splitAndJoin(from);
            default -> conditional(from);
        };
    }

    private String splitAndJoin(String from) {
        String left = fresh();
        String right = fresh();
        graph.addNode(node("Split", left, from).addOutput(right).addAttribute(axis()));
        String joined = fresh();
        graph.addNode(node("Concat", joined, add("Relu", left), right).addAttribute(axis()));
        return joined;
    }

    private String conditional(String from) {
        String condition = fresh();
        graph.addInitializer(TensorProto.newBuilder()
                .setName(condition)
                .setDataType(TensorProto.DataType.BOOL_VALUE)
                .setRawData(ByteString.copyFrom(new byte[] {(byte) random.nextInt(2)})));
        String other = add("Relu", from);
        String result = fresh();
        graph.addNode(node("If", result, condition)
                .addAttribute(branch("then_branch", node("Add", "inside", other, shared())))
                .addAttribute(branch("else_branch", node("Mul", "inside", from, from))));
        graph.addValueInfo(value(result, 1, 1, 1, WIDTH));
        return result;
    }

    private static AttributeProto branch(String name, NodeProto.Builder only) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(GraphProto.newBuilder()
                        .setName(name)
                        .addNode(only)
                        .addOutput(ValueInfoProto.newBuilder().setName("inside")))
                .build();
    }

    private static AttributeProto axis() {
        return AttributeProto.newBuilder()
                .setName("axis")
                .setType(AttributeProto.AttributeType.INT)
                .setI(3)
                .build();
    }

    private String add(String type, String... inputs) {
        String output = fresh();
        graph.addNode(node(type, output, inputs));
        return output;
    }

    private static NodeProto.Builder node(String type, String output, String... inputs) {
        return NodeProto.newBuilder().setOpType(type).addOutput(output).addAllInput(List.of(inputs));
    }

    private String fresh() {
        return "t" + names++;
    }

    private String shared() {
        if (random.nextBoolean()) {
            reusable.add(random.nextBoolean() ? weight() : add("Relu", reusable.get(random.nextInt(reusable.size()))));
        }
        return reusable.get(random.nextInt(reusable.size()));
    }

    private String weight() {
        String name = fresh();
        graph.addInitializer(tensor(name, 1, 1, 1, WIDTH));
        return name;
    }

    private String matrix() {
        String name = fresh();
        graph.addInitializer(tensor(name, WIDTH, WIDTH));
        return name;
    }

    private TensorProto tensor(String name, long... dims) {
        int elements = 1;
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT_VALUE);
        for (long dim : dims) {
            tensor.addDims(dim);
            elements *= (int) dim;
        }
        ByteBuffer raw = ByteBuffer.allocate(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            raw.putFloat(random.nextFloat(-0.5f, 0.5f));
        }
        return tensor.setRawData(ByteString.copyFrom(raw.flip())).build();
    }

    static ValueInfoProto value(String name, long... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long dim : dims) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(shape)))
                .build();
    }
}
