package dev.offramp.partition.policy;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the jobs of one service are assigned to chains and where they leave. Immutable.
 *
 * @param version rises with every policy of the service, from 1
 * @param steps by rising number of jobs in flight, the first from 0, at most {@value #MAX_STEPS}; all for the same chains
 * @param shadowShare share of the jobs, 0 … 1, that run to the final exit whatever the thresholds say, so that every exit
 *     stays observable
 */
public record Policy(ServiceId service, long version, List<Step> steps, double shadowShare) {
    public static final int MAX_STEPS = 64;

    /**
     * What holds for a job that arrives while at least {@code fromInFlight} others of its service are in flight.
     *
     * @param thresholds of every chain of {@code mix}
     */
    public record Step(int fromInFlight, ChainMix mix, Map<ChainId, ThresholdMix> thresholds) {
        public Step {
            thresholds = Map.copyOf(thresholds);
            if (!thresholds.keySet().equals(mix.probabilities().keySet())) {
                throw new IllegalArgumentException(
                        "thresholds for %s but probabilities for %s: expected the same chains"
                                .formatted(
                                        thresholds.keySet(), mix.probabilities().keySet()));
            }
        }

        /** Thresholds of a chain of the mix. */
        public ThresholdMix thresholdsOf(ChainId chain) {
            ThresholdMix vectors = thresholds.get(chain);
            if (vectors == null) {
                throw new IllegalArgumentException(
                        "no thresholds for %s, only for %s".formatted(chain, thresholds.keySet()));
            }
            return vectors;
        }

        private Map<ChainId, Integer> exits() {
            Map<ChainId, Integer> exits = new HashMap<>();
            thresholds.forEach((chain, vectors) -> exits.put(chain, vectors.exits()));
            return exits;
        }
    }

    public Policy {
        steps = List.copyOf(steps);
        if (!(shadowShare >= 0 && shadowShare <= 1)) {
            throw new IllegalArgumentException(
                    "share of shadow jobs (%s) of %s must be 0 … 1".formatted(shadowShare, service));
        }
        if (version < 1) {
            throw new IllegalArgumentException("policy version (%d) must be at least 1".formatted(version));
        }
        if (steps.isEmpty() || steps.size() > MAX_STEPS) {
            throw new IllegalArgumentException("policy %d of %s has %d steps: expected 1 to %d"
                    .formatted(version, service, steps.size(), MAX_STEPS));
        }
        int before = -1;
        for (Step step : steps) {
            boolean fits = before < 0 ? step.fromInFlight() == 0 : step.fromInFlight() > before;
            if (!fits || !step.exits().equals(steps.get(0).exits())) {
                throw new IllegalArgumentException(
                        "policy %d of %s has a step from %d jobs in flight for %s after one from %d for %s: expected the first from 0, the others rising, all for the same chains"
                                .formatted(
                                        version,
                                        service,
                                        step.fromInFlight(),
                                        step.exits(),
                                        before,
                                        steps.get(0).exits()));
            }
            before = step.fromInFlight();
        }
    }

    /** The same however many jobs are in flight. */
    public Policy(
            ServiceId service, long version, ChainMix mix, Map<ChainId, ThresholdMix> thresholds, double shadowShare) {
        this(service, version, List.of(new Step(0, mix, thresholds)), shadowShare);
    }

    /** The same however many jobs are in flight, without shadow jobs. */
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
     * What a scheduler orders. A vector that is told twice gets both shares; a chain that a step leaves out gets no jobs
     * in it, and one that gets no jobs keeps its first vector.
     *
     * @param orders of chains of the service
     */
    public static Policy of(ServiceId service, long version, Orders orders) {
        Map<ChainId, ThresholdMix> idle = new HashMap<>();
        orders.steps().stream()
                .flatMap(step -> step.alternatives().stream())
                .forEach(one -> idle.putIfAbsent(one.chain(), ThresholdMix.of(one.thresholds())));
        return new Policy(
                service,
                version,
                orders.steps().stream().map(step -> step(step, idle)).toList(),
                0);
    }

    private static Step step(Orders.Step orders, Map<ChainId, ThresholdMix> idle) {
        SortedMap<ChainId, Map<Thresholds, Double>> probabilities = new TreeMap<>();
        SortedMap<ChainId, Double> shares = new TreeMap<>();
        idle.keySet().forEach(chain -> shares.put(chain, 0.0));
        for (Orders.Alternative one : orders.alternatives()) {
            shares.merge(one.chain(), one.probability(), Double::sum);
            probabilities
                    .computeIfAbsent(one.chain(), chain -> new LinkedHashMap<>())
                    .merge(one.thresholds(), one.probability(), Double::sum);
        }
        Map<ChainId, ThresholdMix> thresholds = new HashMap<>(idle);
        probabilities.forEach((chain, vectors) -> thresholds.put(chain, mix(vectors)));
        return new Step(orders.fromInFlight(), ChainMix.of(shares), thresholds);
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
        return new Policy(service, version, steps, share);
    }

    /** Index of the step for a job that arrives while so many others are in flight. */
    public int stepAt(int inFlight) {
        int index = steps.size() - 1;
        while (index > 0 && steps.get(index).fromInFlight() > inFlight) {
            index--;
        }
        return index;
    }

    /** While no job is in flight. */
    public ChainMix mix() {
        return steps.get(0).mix();
    }

    /** While no job is in flight. */
    public Map<ChainId, ThresholdMix> thresholds() {
        return steps.get(0).thresholds();
    }

    /** Thresholds of a chain while no job is in flight. */
    public ThresholdMix thresholdsOf(ChainId chain) {
        return steps.get(0).thresholdsOf(chain);
    }
}
