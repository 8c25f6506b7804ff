package dev.offramp.partition.onnx;

import dev.offramp.partition.Exit;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.onnx.schema.GraphProto;
import dev.offramp.partition.onnx.schema.ModelProto;
import dev.offramp.partition.onnx.schema.TensorProto;
import dev.offramp.partition.onnx.schema.TensorShapeProto;
import dev.offramp.partition.onnx.schema.TypeProto;
import dev.offramp.partition.onnx.schema.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes an ONNX file of a stretch of a network's operators. What they read and no input reaches (initialisers,
 * quantisation parameters, constant subgraphs) is copied into each file that needs it; values known from shapes become
 * initialisers. Operator sets, functions and metadata are kept.
 */
final class Carving {
    /** From this version on initialisers need not be listed as inputs. */
    private static final long FIRST_IR_WITH_CONSTANT_INITIALIZERS = 4;

    private static final String BATCH = "batch";

    private final OnnxNetwork network;
    private final Map<String, Exit> exitsByOutput = new HashMap<>();

    Carving(OnnxNetwork network) {
        this.network = network;
        network.exits().forEach(exit -> exitsByOutput.put(exit.output(), exit));
    }

    /** Exits whose scores the operators {@code from} (included) to {@code to} (excluded) make. */
    List<Exit> exits(int from, int to) {
        List<Exit> exits = new ArrayList<>();
        for (Operator operator : network.order().subList(from, to)) {
            for (String output : operator.outputs()) {
                Exit exit = exitsByOutput.get(output);
                if (exit != null) {
                    exits.add(exit);
                }
            }
        }
        exits.sort(java.util.Comparator.comparingInt(Exit::number));
        return exits;
    }

    ModelProto carve(int index, int from, int to, TensorSpec input, Optional<TensorSpec> edge, List<Exit> exits) {
        List<Operator> running = network.order().subList(from, to);
        Set<Operator> constants = new LinkedHashSet<>();
        Set<String> weights = new LinkedHashSet<>();
        running.forEach(operator -> operator.uses().forEach(name -> require(name, constants, weights)));

        GraphProto source = network.model().getGraph();
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("%s/%d".formatted(source.getName(), index))
                .setDocString(source.getDocString());
        network.graph().operators().stream()
                .filter(constants::contains)
                .forEach(operator -> graph.addNode(operator.node()));
        running.forEach(operator -> graph.addNode(operator.node()));
        addWeights(graph, weights);
        graph.addInput(typed(input));
        Set<String> outputs = new LinkedHashSet<>();
        exits.forEach(exit -> outputs.add(exit.output()));
        edge.ifPresent(tensor -> outputs.add(tensor.name()));
        outputs.forEach(name -> graph.addOutput(output(name)));
        addAnnotations(graph, running);
        return network.model().toBuilder()
                .setIrVersion(Math.max(FIRST_IR_WITH_CONSTANT_INITIALIZERS, network.irVersion()))
                .setGraph(graph)
                .build();
    }

    /** Follows a tensor that a running operator reads to the constants it comes from. */
    private void require(String name, Set<Operator> constants, Set<String> weights) {
        if (network.shapes().isLive(name)) {
            return;
        }
        Operator producer = network.graph().producer(name);
        if (producer == null || network.shapes().isFolded(name)) {
            weights.add(name);
        } else if (constants.add(producer)) {
            producer.uses().forEach(used -> require(used, constants, weights));
        }
    }

    private void addWeights(GraphProto.Builder graph, Set<String> weights) {
        Map<String, TensorProto> initializers = network.graph().initializers();
        for (Map.Entry<String, TensorProto> entry : initializers.entrySet()) {
            if (weights.contains(entry.getKey())) {
                graph.addInitializer(entry.getValue());
            }
        }
        network.graph().sparseInitializers().forEach((name, tensor) -> {
            if (weights.contains(name)) {
                graph.addSparseInitializer(tensor);
            }
        });
        for (String name : weights) {
            ShapedTensor value = network.shapes().of(name);
            if (network.shapes().isFolded(name) && value != null) {
                graph.addInitializer(TensorValues.write(name, value));
            }
        }
    }

    private ValueInfoProto output(String name) {
        Optional<TensorSpec> spec = network.shapes().spec(name);
        if (spec.isPresent()) {
            return typed(spec.get());
        }
        return network.model().getGraph().getOutputList().stream()
                .filter(value -> value.getName().equals(name))
                .findFirst()
                .orElse(ValueInfoProto.newBuilder().setName(name).build());
    }

    private void addAnnotations(GraphProto.Builder graph, List<Operator> running) {
        Set<String> made = new HashSet<>();
        running.forEach(operator -> made.addAll(operator.outputs()));
        GraphProto source = network.model().getGraph();
        if (!network.isBatchFrozen()) {
            Set<String> outputs = new HashSet<>();
            graph.getOutputList().forEach(value -> outputs.add(value.getName()));
            source.getValueInfoList().stream()
                    .filter(value -> made.contains(value.getName()) && !outputs.contains(value.getName()))
                    .forEach(graph::addValueInfo);
        }
        source.getQuantizationAnnotationList().stream()
                .filter(annotation -> made.contains(annotation.getTensorName()))
                .forEach(graph::addQuantizationAnnotation);
    }

    private ValueInfoProto typed(TensorSpec spec) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long dim : spec.shape()) {
            TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
            shape.addDim(dim == TensorSpec.BATCH ? dimension.setDimParam(BATCH) : dimension.setDimValue(dim));
        }
        ShapedTensor known = network.shapes().of(spec.name());
        int type = known == null ? 0 : known.dataType();
        return ValueInfoProto.newBuilder()
                .setName(spec.name())
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
                .build();
    }
}
