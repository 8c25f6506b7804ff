package dev.offramp.partition.onnx;

import dev.offramp.partition.Cut;
import dev.offramp.partition.TensorSpec;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the cuts of a network by a sweep over the order of execution: after each operator, the tensors that are made
 * and still needed are alive; where that is one tensor, of known type and shape, there is a cut. Of several places with
 * the same tensor the last counts, so that an exit's head stays with the tensor that feeds it.
 */
final class CutSearch {
    private final OnnxNetwork network;
    private final Map<String, Integer> usesLeft = new HashMap<>();

    CutSearch(OnnxNetwork network) {
        this.network = network;
        for (Operator operator : network.order()) {
            liveUses(operator).forEach(name -> usesLeft.merge(name, 1, Integer::sum));
        }
    }

    private List<String> liveUses(Operator operator) {
        return operator.uses().stream().filter(network.shapes()::isLive).toList();
    }

    List<Cut> find() {
        String input = network.graph().input().getName();
        Set<String> alive = new LinkedHashSet<>(Set.of(input));
        Map<String, Integer> positions = new LinkedHashMap<>();
        List<Operator> order = network.order();
        for (int i = 0; i < order.size(); i++) {
            for (String name : liveUses(order.get(i))) {
                if (usesLeft.merge(name, -1, Integer::sum) == 0) {
                    alive.remove(name);
                }
            }
            for (String output : order.get(i).outputs()) {
                if (usesLeft.getOrDefault(output, 0) > 0) {
                    alive.add(output);
                }
            }
            if (alive.size() == 1 && !alive.contains(input)) {
                String only = alive.iterator().next();
                positions.remove(only);
                positions.put(only, i + 1);
            }
        }
        return positions.entrySet().stream()
                .map(entry -> cut(entry.getKey(), entry.getValue()))
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Cut> cut(String tensor, int position) {
        Optional<TensorSpec> spec = network.shapes().spec(tensor);
        return spec.map(known -> new Cut(position, known));
    }
}
