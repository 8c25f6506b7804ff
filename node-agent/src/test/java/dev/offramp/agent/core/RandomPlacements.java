package dev.offramp.agent.core;

import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.CodecChoice;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Partition;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Scores;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.artifact.Preprocessing;
import dev.offramp.partition.policy.ChainMix;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.ThresholdMix;
import dev.offramp.partition.policy.Thresholds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Placements and policies drawn at random: shared nodes, nodes with several hops of a chain, chains of unlike depth. */
final class RandomPlacements {
    static final int CLASSES = 3;
    private static final Digest DIGEST = new Digest("0".repeat(64));
    private static final float[] THRESHOLDS = {0f, 0.4f, 0.6f, 0.8f, Thresholds.CLOSED};

    private final List<NodeId> nodes;
    private final Random random;

    RandomPlacements(List<NodeId> nodes, Random random) {
        this.nodes = nodes;
        this.random = random;
    }

    Placement placement(long epoch, int services, List<Overflow> overflows, Duration deadline) {
        Map<NodeId, String> addresses = new HashMap<>();
        nodes.forEach(node -> addresses.put(node, node + ":7070"));
        return new Placement(
                epoch,
                IntStream.range(0, services)
                        .mapToObj(i -> service(i, overflows.get(random.nextInt(overflows.size())), deadline))
                        .toList(),
                addresses);
    }

    private Service service(int index, Overflow overflow, Duration deadline) {
        ServiceId id = new ServiceId("service-" + index);
        int ingresses = 1 + (nodes.size() > 2 ? random.nextInt(2) : 0);
        List<NodeId> ingress = new ArrayList<>();
        while (ingress.size() < ingresses) {
            NodeId node = anyNode();
            if (!ingress.contains(node)) {
                ingress.add(node);
            }
        }
        List<Chain> chains = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            chains.add(chain(new ChainId(id, "chain-" + i), ingress));
        }
        List<String> labels =
                IntStream.range(0, CLASSES).mapToObj(i -> "label-" + i).toList();
        Preprocessing preprocessing = new Preprocessing(1, 1, Preprocessing.Color.GRAY, List.of(0f), List.of(1f));
        return new Service(
                id,
                labels,
                preprocessing,
                Scores.LOGITS,
                overflow,
                Optimisation.EXTENDED,
                index % 3,
                deadline,
                ingress,
                chains,
                CodecChoice.EXACT);
    }

    private Chain chain(ChainId id, List<NodeId> ingress) {
        int count = 1 + random.nextInt(4);
        List<NodeId> path = path(count, ingress);
        List<Hop> hops = new ArrayList<>();
        TensorSpec input = tensor("frame", 32);
        int exits = 0;
        for (int i = 0; i < count; i++) {
            boolean last = i == count - 1;
            List<Exit> here = new ArrayList<>();
            for (int left = random.nextInt(3) + (last ? 1 : 0); left > 0; left--) {
                exits++;
                here.add(new Exit(exits, "exit-" + exits));
            }
            Optional<TensorSpec> output = last ? Optional.empty() : Optional.of(tensor("edge-" + i, edgeBytes()));
            hops.add(new Hop(path.get(i), new Partition(i, DIGEST, 1, input, output, here)));
            input = output.orElse(input);
        }
        return new Chain(id, hops);
    }

    /** At random, but from one node to another at most once, the way from the ingress included. */
    private List<NodeId> path(int count, List<NodeId> ingress) {
        List<NodeId> path = new ArrayList<>(List.of(anyNode()));
        Set<List<NodeId>> links = new HashSet<>();
        ingress.forEach(node -> links.add(List.of(node, path.get(0))));
        while (path.size() < count) {
            NodeId here = path.get(path.size() - 1);
            NodeId next = random.nextInt(4) == 0 ? here : anyNode();
            if (next.equals(here) || links.add(List.of(here, next))) {
                path.add(next);
            }
        }
        return path;
    }

    private int edgeBytes() {
        return 8 << random.nextInt(6);
    }

    private static TensorSpec tensor(String name, long bytes) {
        return new TensorSpec(name, ElementType.UINT8, List.of(TensorSpec.BATCH, bytes));
    }

    private NodeId anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    Policy policy(Service service, long version) {
        Map<ChainId, Double> mix = new TreeMap<>();
        Map<ChainId, ThresholdMix> thresholds = new HashMap<>();
        List<Double> weights = new ArrayList<>();
        service.chains().forEach(chain -> weights.add(random.nextInt(4) == 0 ? 0.0 : random.nextDouble()));
        weights.set(random.nextInt(weights.size()), 1.0);
        double total = weights.stream().mapToDouble(Double::doubleValue).sum();
        for (int i = 0; i < weights.size(); i++) {
            Chain chain = service.chains().get(i);
            mix.put(chain.id(), weights.get(i) / total);
            thresholds.put(chain.id(), vectors(chain.exits()));
        }
        return new Policy(service.id(), version, ChainMix.of(mix), thresholds, random.nextInt(3) == 0 ? 0.1 : 0);
    }

    /** Mostly one vector, up to three. */
    private ThresholdMix vectors(int exits) {
        int count = 1 + Math.max(0, random.nextInt(5) - 2);
        Set<Thresholds> vectors = new LinkedHashSet<>();
        for (int i = 0; i < count; i++) {
            float[] vector = new float[exits];
            for (int exit = 0; exit < vector.length; exit++) {
                vector[exit] = THRESHOLDS[random.nextInt(THRESHOLDS.length)];
            }
            vectors.add(Thresholds.of(vector));
        }
        return new ThresholdMix(vectors.stream()
                .map(vector -> new ThresholdMix.Alternative(1.0 / vectors.size(), vector))
                .toList());
    }
}
