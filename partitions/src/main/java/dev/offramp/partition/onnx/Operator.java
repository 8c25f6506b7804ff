package dev.offramp.partition.onnx;

import dev.offramp.partition.onnx.schema.AttributeProto;
import dev.offramp.partition.onnx.schema.GraphProto;
import dev.offramp.partition.onnx.schema.NodeProto;
import dev.offramp.partition.onnx.schema.TensorProto;
import dev.offramp.partition.onnx.schema.ValueInfoProto;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One operator of a graph.
 *
 * @param index in the file's order
 * @param uses names it reads: its inputs, and what its subgraphs capture from outside
 */
record Operator(int index, NodeProto node, Set<String> uses) {
    static Operator of(int index, NodeProto node) {
        Set<String> uses = new LinkedHashSet<>();
        collect(node, Set.of(), uses);
        return new Operator(index, node, uses);
    }

    List<String> outputs() {
        return node.getOutputList().stream().filter(name -> !name.isEmpty()).toList();
    }

    String describe() {
        return node.getName().isEmpty() ? "%s #%d".formatted(node.getOpType(), index) : node.getName();
    }

    private static void collect(NodeProto node, Set<String> inner, Set<String> uses) {
        for (String input : node.getInputList()) {
            if (!input.isEmpty() && !inner.contains(input)) {
                uses.add(input);
            }
        }
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                collect(attribute.getG(), inner, uses);
            }
            attribute.getGraphsList().forEach(graph -> collect(graph, inner, uses));
        }
    }

    private static void collect(GraphProto graph, Set<String> outer, Set<String> uses) {
        Set<String> inner = new HashSet<>(outer);
        graph.getInputList().stream().map(ValueInfoProto::getName).forEach(inner::add);
        graph.getInitializerList().stream().map(TensorProto::getName).forEach(inner::add);
        for (NodeProto node : graph.getNodeList()) {
            collect(node, inner, uses);
            inner.addAll(node.getOutputList());
        }
        for (ValueInfoProto output : graph.getOutputList()) {
            if (!inner.contains(output.getName())) {
                uses.add(output.getName());
            }
        }
    }
}
