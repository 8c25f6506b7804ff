package dev.offramp.coordinator.control;

import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.ChainMix;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.ThresholdMix;
import dev.offramp.partition.policy.Thresholds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** How policies follow placements and nodes. Pure. */
final class PolicyRule {
    private PolicyRule() {}

    /**
     * The operator's wish, fitted to a placement of the service: chains that stay keep their weight and thresholds; new
     * ones get an equal share, and the thresholds of a chain with as many exits, else every exit but the final is
     * closed. Without an earlier wish: equal shares, exits closed. Steps for more jobs in flight stay with chains that are
     * all the same.
     */
    static Policy fit(Optional<Policy> earlier, Service service, long version) {
        if (earlier.isPresent() && fits(earlier.get(), service)) {
            return new Policy(
                    service.id(), version, earlier.get().steps(), earlier.get().shadowShare());
        }
        SortedMap<ChainId, Double> weights = new TreeMap<>();
        Map<ChainId, ThresholdMix> thresholds = new HashMap<>();
        double share = 1.0 / service.chains().size();
        for (Chain chain : service.chains()) {
            Optional<ThresholdMix> kept = earlier.map(
                            policy -> policy.thresholds().get(chain.id()))
                    .filter(vectors -> vectors.exits() == chain.exits());
            weights.put(
                    chain.id(),
                    kept.isPresent()
                            ? earlier.orElseThrow().mix().probabilities().getOrDefault(chain.id(), share)
                            : share);
            thresholds.put(
                    chain.id(),
                    kept.or(() -> earlier.flatMap(policy -> likeness(policy, chain)))
                            .orElseGet(() -> ThresholdMix.of(Thresholds.closed(chain.exits()))));
        }
        return new Policy(
                service.id(),
                version,
                mix(weights),
                thresholds,
                earlier.map(Policy::shadowShare).orElse(0.0));
    }

    private static boolean fits(Policy policy, Service service) {
        Map<ChainId, Integer> exits = new HashMap<>();
        service.chains().forEach(chain -> exits.put(chain.id(), chain.exits()));
        Map<ChainId, Integer> known = new HashMap<>();
        policy.thresholds().forEach((chain, vectors) -> known.put(chain, vectors.exits()));
        return exits.equals(known);
    }

    private static Optional<ThresholdMix> likeness(Policy earlier, Chain chain) {
        return new TreeMap<>(earlier.thresholds())
                .values().stream()
                        .filter(vectors -> vectors.exits() == chain.exits())
                        .findFirst();
    }

    /**
     * What the nodes are told: the wish, plus the chains of the former placement while the new one takes over, less the
     * chains through nodes that jobs cannot pass, as long as another chain with a share remains in the same placement:
     * an ingress knows the chains of one of them only.
     *
     * @param placements chains of the service in every placement under which new jobs may come at the moment
     * @param usable whether jobs can pass all nodes of a chain
     */
    static Policy effective(
            ServicePolicy current, List<Map<ChainId, Chain>> placements, Predicate<Chain> usable, long version) {
        Policy intent = current.intent();
        List<Policy.Step> steps = intent.steps().stream()
                .map(step -> effective(step, current.effective().steps().get(0), placements, usable))
                .toList();
        return new Policy(intent.service(), version, steps, intent.shadowShare());
    }

    private static Policy.Step effective(
            Policy.Step intent, Policy.Step current, List<Map<ChainId, Chain>> placements, Predicate<Chain> usable) {
        Map<ChainId, Chain> placed = new HashMap<>();
        placements.forEach(placed::putAll);
        SortedMap<ChainId, Double> weights = new TreeMap<>(intent.mix().probabilities());
        Map<ChainId, ThresholdMix> thresholds = new HashMap<>(intent.thresholds());
        current.mix().probabilities().forEach((chain, weight) -> {
            if (placed.containsKey(chain) && !weights.containsKey(chain)) {
                weights.put(chain, weight);
                thresholds.put(chain, current.thresholdsOf(chain));
            }
        });
        SortedMap<ChainId, Double> detour = new TreeMap<>(weights);
        detour.replaceAll((chain, weight) -> isUsable(placed.get(chain), usable) ? weight : 0.0);
        for (Map<ChainId, Chain> placement : placements) {
            boolean anotherRemains = placement.keySet().stream().anyMatch(chain -> detour.getOrDefault(chain, 0.0) > 0);
            if (!anotherRemains) {
                placement.keySet().forEach(chain -> detour.computeIfPresent(chain, (id, none) -> weights.get(id)));
            }
        }
        return new Policy.Step(intent.fromInFlight(), mix(detour), thresholds);
    }

    private static boolean isUsable(@Nullable Chain chain, Predicate<Chain> usable) {
        return chain != null && usable.test(chain);
    }

    /** Normalised; equal shares where every weight is 0. */
    private static ChainMix mix(SortedMap<ChainId, Double> weights) {
        double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
        SortedMap<ChainId, Double> normalised = new TreeMap<>(weights);
        normalised.replaceAll((chain, weight) -> sum > 0 ? weight / sum : 1.0 / weights.size());
        return new ChainMix(normalised);
    }

    /** Whether two policies order the same, whatever their versions. */
    static boolean sameOrders(Policy one, Policy other) {
        return one.steps().equals(other.steps()) && one.shadowShare() == other.shadowShare();
    }

    /** Chains of a service, by id. */
    static Map<ChainId, Chain> chains(Optional<Service> service) {
        Map<ChainId, Chain> chains = new HashMap<>();
        service.ifPresent(one -> one.chains().forEach(chain -> chains.put(chain.id(), chain)));
        return chains;
    }

    /** The policy that a request without problems asks for. */
    static Policy wish(PolicyRequest request, long version) {
        ServiceId service = request.service();
        SortedMap<ChainId, Double> weights = new TreeMap<>();
        Map<ChainId, ThresholdMix> thresholds = new HashMap<>();
        request.chains().forEach((name, orders) -> {
            ChainId chain = new ChainId(service, name);
            weights.put(chain, orders.probability());
            thresholds.put(
                    chain,
                    new ThresholdMix(orders.vectors().stream()
                            .map(vector ->
                                    new ThresholdMix.Alternative(vector.share(), thresholds(vector.thresholds())))
                            .toList()));
        });
        return new Policy(service, version, mix(weights), thresholds, request.shadowShare());
    }

    private static Thresholds thresholds(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return Thresholds.of(array);
    }
}
