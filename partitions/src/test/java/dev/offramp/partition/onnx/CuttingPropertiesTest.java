package dev.offramp.partition.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.partition.Cut;
import dev.offramp.partition.onnx.schema.GraphProto;
import dev.offramp.partition.onnx.schema.ModelProto;
import dev.offramp.partition.onnx.schema.NodeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CuttingPropertiesTest {
    static LongStream seeds() {
        long fresh = new SplittableRandom().nextLong();
        return LongStream.concat(LongStream.range(0, 300), LongStream.range(fresh, fresh + 100));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void chainOfPartitionsComputesWhatTheNetworkComputes(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        ModelProto model = RandomNetwork.of(random);
        OnnxNetwork network = OnnxNetwork.parse(model.toByteArray());
        float[] image = new float[RandomNetwork.WIDTH];
        for (int i = 0; i < image.length; i++) {
            image[i] = random.nextFloat(-1, 1);
        }
        Map<String, float[]> whole = Interpreter.run(sorted(model.getGraph()), Map.of("image", image));

        for (int round = 0; round < 4; round++) {
            boolean everywhere = round == 0;
            List<Cut> cuts = network.cuts().stream()
                    .filter(cut -> everywhere || random.nextInt(3) == 0)
                    .toList();
            Cutting cutting = Cutter.cut(network, cuts);
            Map<String, float[]> exits = runChain(cutting, image);
            assertThat(cutting.files()).hasSize(cuts.size() + 1);
            assertThat(exits).hasSize(network.exits().size());
            exits.forEach((name, scores) ->
                    assertThat(scores).as("%s, seed %d", name, seed).containsExactly(whole.get(name)));
        }
    }

    /** The uncut graph with operators in an order that can run, found without the code under test's schedule. */
    private static GraphProto sorted(GraphProto graph) {
        Set<String> known = new HashSet<>(Set.of("image"));
        graph.getInitializerList().forEach(tensor -> known.add(tensor.getName()));
        List<NodeProto> waiting = new ArrayList<>(graph.getNodeList());
        GraphProto.Builder result = graph.toBuilder().clearNode();
        while (!waiting.isEmpty()) {
            NodeProto next = waiting.stream()
                    .filter(node -> known.containsAll(Operator.of(0, node).uses()))
                    .findFirst()
                    .orElseThrow();
            waiting.remove(next);
            known.addAll(next.getOutputList());
            result.addNode(next);
        }
        return result.build();
    }

    /** Each partition sees the one tensor that crosses, and nothing else. */
    private static Map<String, float[]> runChain(Cutting cutting, float[] image) throws Exception {
        Map<String, float[]> exits = new HashMap<>();
        String edge = "image";
        float[] crossing = image;
        for (int i = 0; i < cutting.files().size(); i++) {
            GraphProto graph = ModelProto.parseFrom(cutting.files().get(i)).getGraph();
            assertThat(graph.getInputList()).extracting("name").containsExactly(edge);
            assertEverythingIsUsed(graph);
            Map<String, float[]> values = Interpreter.run(graph, Map.of(edge, crossing));
            cutting.manifest().partitions().get(i).exits().forEach(exit -> {
                assertThat(graph.getOutputList()).extracting("name").contains(exit.output());
                exits.put(exit.output(), values.get(exit.output()));
            });
            var output = cutting.manifest().partitions().get(i).output();
            if (output.isPresent()) {
                edge = output.get().name();
                crossing = values.get(edge);
            }
        }
        return exits;
    }

    private static void assertEverythingIsUsed(GraphProto graph) {
        List<String> used = new ArrayList<>();
        for (int i = 0; i < graph.getNodeCount(); i++) {
            used.addAll(Operator.of(i, graph.getNode(i)).uses());
        }
        graph.getInitializerList().forEach(tensor -> assertThat(used).contains(tensor.getName()));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void balancedCutsAreAsGoodAsTheBestOfAll(long seed) throws Exception {
        OnnxNetwork network =
                OnnxNetwork.parse(RandomNetwork.of(new SplittableRandom(seed)).toByteArray());
        List<Cut> natural = network.cuts().stream()
                .filter(cut -> Cutter.isNatural(network, cut))
                .toList();
        List<Cut> candidates = natural.size() >= 2 ? natural : network.cuts();
        if (candidates.size() < 2) {
            return;
        }
        long best = Long.MAX_VALUE;
        for (int i = 0; i < candidates.size(); i++) {
            for (int j = i + 1; j < candidates.size(); j++) {
                best = Math.min(best, largest(network, List.of(candidates.get(i), candidates.get(j))));
            }
        }
        assertThat(largest(network, Cutter.balanced(network, 3)))
                .as("seed %d", seed)
                .isEqualTo(best);
    }

    private static long largest(OnnxNetwork network, List<Cut> cuts) {
        int[] bounds = LongStream.concat(
                        LongStream.concat(LongStream.of(0), cuts.stream().mapToLong(Cut::position)),
                        LongStream.of(network.order().size()))
                .mapToInt(Math::toIntExact)
                .toArray();
        long[] costs = new long[bounds.length - 1];
        for (int i = 0; i < costs.length; i++) {
            costs[i] = network.order().subList(bounds[i], bounds[i + 1]).stream()
                    .mapToLong(operator -> Costs.balance(operator, network.shapes()))
                    .sum();
        }
        return Arrays.stream(costs).max().orElseThrow();
    }
}
