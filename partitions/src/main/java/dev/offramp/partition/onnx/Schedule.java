package dev.offramp.partition.onnx;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The order of execution that cuts count in: the file's order, except that an exit's head (the operators that lead to
 * this exit and to nothing else) comes right after the tensor that feeds it, so that a cut at that tensor leaves the
 * exit before the cut and its job need not cross.
 */
final class Schedule {
    private Schedule() {}

    /**
     * @param exits names of the exits' outputs in order of depth
     * @param constant operators that are not run: they depend on no input, or on nothing but its shape
     */
    static List<Operator> of(Graph graph, List<String> exits, Predicate<Operator> constant) {
        List<Operator> running =
                graph.operators().stream().filter(constant.negate()).toList();
        Map<Operator, BitSet> leadsTo = leadsTo(graph, exits);
        BitSet finalExit = new BitSet();
        finalExit.set(exits.size() - 1);
        Set<String> runningOutputs = new HashSet<>();
        running.forEach(operator -> runningOutputs.addAll(operator.outputs()));
        List<Operator> backbone = new ArrayList<>();
        List<Operator> heads = new ArrayList<>();
        for (Operator operator : running) {
            BitSet exitsAhead = leadsTo.getOrDefault(operator, new BitSet());
            if (exitsAhead.cardinality() == 1 && !exitsAhead.equals(finalExit)) {
                heads.add(operator);
            } else {
                backbone.add(operator);
            }
        }
        return withHeads(backbone, heads, runningOutputs);
    }

    /** Inserts every head as early as its inputs allow. Heads come in topological order, and so they stay. */
    private static List<Operator> withHeads(List<Operator> backbone, List<Operator> heads, Set<String> runningOutputs) {
        List<Operator> order = new ArrayList<>();
        List<Operator> waiting = new ArrayList<>(heads);
        Set<String> made = new HashSet<>();
        for (int i = 0; i <= backbone.size(); i++) {
            Iterator<Operator> each = waiting.iterator();
            while (each.hasNext()) {
                Operator head = each.next();
                boolean ready =
                        head.uses().stream().noneMatch(name -> runningOutputs.contains(name) && !made.contains(name));
                if (ready) {
                    each.remove();
                    order.add(head);
                    made.addAll(head.outputs());
                }
            }
            if (i < backbone.size()) {
                order.add(backbone.get(i));
                made.addAll(backbone.get(i).outputs());
            }
        }
        return order;
    }

    private static Map<Operator, BitSet> leadsTo(Graph graph, List<String> exits) {
        Map<Operator, BitSet> result = new HashMap<>();
        for (int i = 0; i < exits.size(); i++) {
            int exit = i;
            graph.ancestors(exits.get(i)).forEach(operator -> result.computeIfAbsent(operator, fresh -> new BitSet())
                    .set(exit));
        }
        return result;
    }
}
