package dev.offramp.partition.policy;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the jobs of one service are assigned to chains and where they leave. Immutable.
 *
 * @param version rises with every policy of the service, from 1
 * @param thresholds of every chain of {@code mix}
 * @param shadowShare share of the jobs, 0 … 1, that run to the final exit whatever the thresholds say, so that every exit
 *     stays observable
 */
public record Policy(
        ServiceId service, long version, ChainMix mix, Map<ChainId, ThresholdMix> thresholds, double shadowShare) {
    public Policy {
        thresholds = Map.copyOf(thresholds);
        if (!(shadowShare >= 0 && shadowShare <= 1)) {
            throw new IllegalArgumentException(
                    "share of shadow jobs (%s) of %s must be 0 … 1".formatted(shadowShare, service));
        }
        if (version < 1) {
            throw new IllegalArgumentException("policy version (%d) must be at least 1".formatted(version));
        }
        if (!thresholds.keySet().equals(mix.probabilities().keySet())) {
            throw new IllegalArgumentException(
                    "policy %d of %s has thresholds for %s but probabilities for %s: expected the same chains"
                            .formatted(
                                    version,
                                    service,
                                    thresholds.keySet(),
                                    mix.probabilities().keySet()));
        }
    }

    /** Without shadow jobs. */
    public Policy(ServiceId service, long version, ChainMix mix, Map<ChainId, ThresholdMix> thresholds) {
        this(service, version, mix, thresholds, 0);
    }

    /** One vector for every chain, no shadow jobs. */
    public static Policy of(ServiceId service, long version, ChainMix mix, Map<ChainId, Thresholds> thresholds) {
        Map<ChainId, ThresholdMix> mixes = new HashMap<>();
        thresholds.forEach((chain, vector) -> mixes.put(chain, ThresholdMix.of(vector)));
        return new Policy(service, version, mix, mixes);
    }

    /**
     * What a scheduler orders, while no job is in flight: agents do not pace. A vector that is told twice gets both
     * shares; a chain that gets no jobs keeps its first vector.
     *
     * @param orders of chains of the service
     */
    public static Policy of(ServiceId service, long version, Orders orders) {
        Map<ChainId, Map<Thresholds, Double>> probabilities = new TreeMap<>();
        for (Orders.Alternative one : orders.alternatives()) {
            probabilities
                    .computeIfAbsent(one.chain(), chain -> new LinkedHashMap<>())
                    .merge(one.thresholds(), one.probability(), Double::sum);
        }
        Map<ChainId, ThresholdMix> thresholds = new HashMap<>();
        probabilities.forEach((chain, vectors) -> thresholds.put(chain, mix(vectors)));
        return new Policy(service, version, ChainMix.of(orders.chainShares()), thresholds);
    }

    private static ThresholdMix mix(Map<Thresholds, Double> probabilities) {
        double sum =
                probabilities.values().stream().mapToDouble(Double::doubleValue).sum();
        if (!(sum > 0)) {
            return ThresholdMix.of(probabilities.keySet().iterator().next());
        }
        List<ThresholdMix.Alternative> alternatives = new ArrayList<>();
        probabilities.forEach((vector, probability) -> {
            if (probability > 0) {
                alternatives.add(new ThresholdMix.Alternative(probability / sum, vector));
            }
        });
        return new ThresholdMix(alternatives);
    }

    public Policy withShadowShare(double share) {
        return new Policy(service, version, mix, thresholds, share);
    }

    /** Thresholds of a chain of the mix. */
    public ThresholdMix thresholdsOf(ChainId chain) {
        ThresholdMix vectors = thresholds.get(chain);
        if (vectors == null) {
            throw new IllegalArgumentException(
                    "policy %d of %s knows %s, not %s".formatted(version, service, thresholds.keySet(), chain));
        }
        return vectors;
    }
}
