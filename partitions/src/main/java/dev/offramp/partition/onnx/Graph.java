package dev.offramp.partition.onnx;

import dev.offramp.partition.onnx.OnnxException.Reason;
import dev.offramp.partition.onnx.schema.GraphProto;
import dev.offramp.partition.onnx.schema.NodeProto;
import dev.offramp.partition.onnx.schema.SparseTensorProto;
import dev.offramp.partition.onnx.schema.TensorProto;
import dev.offramp.partition.onnx.schema.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who makes and who reads every tensor of a graph, which of them depend on the input, and which operators lead to an
 * output. Immutable once built.
 */
final class Graph {
    private final List<Operator> operators = new ArrayList<>();
    private final Map<String, TensorProto> initializers = new LinkedHashMap<>();
    private final Map<String, SparseTensorProto> sparse = new LinkedHashMap<>();
    private final Map<String, Operator> producers = new HashMap<>();
    private final ValueInfoProto input;
    private final Set<String> live = new HashSet<>();
    private final Set<Operator> useful = new HashSet<>();

    Graph(GraphProto proto, List<String> outputs) throws OnnxException {
        for (TensorProto tensor : proto.getInitializerList()) {
            define(initializers.put(tensor.getName(), tensor) == null, tensor.getName());
        }
        for (SparseTensorProto tensor : proto.getSparseInitializerList()) {
            define(
                    sparse.put(tensor.getValues().getName(), tensor) == null,
                    tensor.getValues().getName());
        }
        this.input = onlyInput(proto);
        int index = 0;
        for (NodeProto node : proto.getNodeList()) {
            Operator operator = Operator.of(index++, node);
            operators.add(operator);
            for (String output : operator.outputs()) {
                boolean fresh = producers.put(output, operator) == null
                        && !isInitializer(output)
                        && !output.equals(input.getName());
                define(fresh, output);
            }
        }
        sortTopologically();
        markLive();
        for (String output : outputs) {
            if (!producers.containsKey(output)) {
                throw new OnnxException(
                        Reason.MALFORMED, "output '%s' is made by no operator of the graph".formatted(output));
            }
            markUseful(output);
        }
    }

    private static void define(boolean fresh, String name) throws OnnxException {
        if (!fresh) {
            throw new OnnxException(
                    Reason.MALFORMED, "tensor '%s' is defined twice: expected every name once".formatted(name));
        }
    }

    /** Old models list initialisers among the inputs; those are not fed. */
    private ValueInfoProto onlyInput(GraphProto proto) throws OnnxException {
        List<ValueInfoProto> fed = proto.getInputList().stream()
                .filter(value -> !isInitializer(value.getName()))
                .toList();
        if (fed.size() != 1) {
            throw new OnnxException(
                    Reason.UNSUPPORTED,
                    "the network takes %d inputs %s: expected one image. Maybe export it with the others as constants"
                            .formatted(
                                    fed.size(),
                                    fed.stream().map(ValueInfoProto::getName).toList()));
        }
        return fed.get(0);
    }

    /** Kahn's algorithm, earliest in the file first, so that a sorted file keeps its order. */
    private void sortTopologically() throws OnnxException {
        Set<String> known = new HashSet<>(initializers.keySet());
        known.addAll(sparse.keySet());
        known.add(input.getName());
        List<Operator> sorted = new ArrayList<>();
        List<Operator> rest = new ArrayList<>(operators);
        while (!rest.isEmpty()) {
            List<Operator> later = new ArrayList<>();
            for (Operator operator : rest) {
                if (known.containsAll(operator.uses())) {
                    sorted.add(operator);
                    known.addAll(operator.outputs());
                } else {
                    later.add(operator);
                }
            }
            if (later.size() == rest.size()) {
                Operator stuck = later.get(0);
                Set<String> missing = new HashSet<>(stuck.uses());
                missing.removeAll(known);
                throw new OnnxException(
                        Reason.MALFORMED,
                        "operator '%s' reads %s, which nothing before it makes: the graph has a cycle or a missing tensor"
                                .formatted(stuck.describe(), missing));
            }
            rest = later;
        }
        operators.clear();
        operators.addAll(sorted);
    }

    private void markLive() {
        live.add(input.getName());
        for (Operator operator : operators) {
            if (operator.uses().stream().anyMatch(live::contains)) {
                live.addAll(operator.outputs());
            }
        }
    }

    private void markUseful(String output) {
        Deque<String> open = new ArrayDeque<>(List.of(output));
        while (!open.isEmpty()) {
            Operator producer = producers.get(open.pop());
            if (producer != null && useful.add(producer)) {
                open.addAll(producer.uses());
            }
        }
    }

    /** All operators that lead to an output, in topological order. */
    List<Operator> operators() {
        return operators.stream().filter(useful::contains).toList();
    }

    ValueInfoProto input() {
        return input;
    }

    /** Whether the tensor depends on the input; the others are constants. */
    boolean isLive(String tensor) {
        return live.contains(tensor);
    }

    boolean isLive(Operator operator) {
        return operator.outputs().stream().anyMatch(live::contains);
    }

    boolean isInitializer(String tensor) {
        return initializers.containsKey(tensor) || sparse.containsKey(tensor);
    }

    Map<String, TensorProto> initializers() {
        return Collections.unmodifiableMap(initializers);
    }

    Map<String, SparseTensorProto> sparseInitializers() {
        return Collections.unmodifiableMap(sparse);
    }

    /** Who makes a tensor; null for the input and initialisers. */
    @org.jspecify.annotations.Nullable
    Operator producer(String tensor) {
        return producers.get(tensor);
    }

    /** Operators whose outputs depend on {@code output}'s producer being run: its ancestors, itself included. */
    Set<Operator> ancestors(String output) {
        Set<Operator> found = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(output));
        while (!open.isEmpty()) {
            Operator producer = producers.get(open.pop());
            if (producer != null && found.add(producer)) {
                open.addAll(producer.uses());
            }
        }
        return found;
    }
}
