package dev.offramp.partition.policy;

import dev.offramp.partition.ChainId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What jobs of one service are told when they arrive: alternatives, each with the share of the jobs that get it, and
 * possibly others when many jobs of the service are in flight already, so that they leave earlier while the nodes are busy. A
 * {@link Policy} without the rest. Immutable.
 *
 * @param steps by rising number of jobs in flight, the first from 0
 */
public record Orders(List<Step> steps) {
    private static final double TOLERANCE = 1e-6;

    /**
     * One chain, one threshold vector.
     *
     * @param probability share of the jobs
     */
    public record Alternative(ChainId chain, Thresholds thresholds, double probability) {}

    /**
     * What a job is told that arrives while at least {@code fromInFlight} others of its service are in flight.
     *
     * @param alternatives with probabilities that sum to 1 within 1e-6
     */
    public record Step(int fromInFlight, List<Alternative> alternatives) {
        public Step {
            alternatives = List.copyOf(alternatives);
            double sum = 0;
            for (Alternative one : alternatives) {
                if (!(one.probability() >= 0)) {
                    throw new IllegalArgumentException(
                            "probability of %s (%s) must be at least 0".formatted(one.chain(), one.probability()));
                }
                sum += one.probability();
            }
            if (!(Math.abs(sum - 1) <= TOLERANCE)) {
                throw new IllegalArgumentException(
                        "probabilities of %s sum to %s: expected 1".formatted(alternatives, sum));
            }
        }
    }

    public Orders {
        steps = List.copyOf(steps);
        int before = -1;
        for (Step step : steps) {
            boolean fits = before < 0 ? step.fromInFlight() == 0 : step.fromInFlight() > before;
            if (!fits) {
                throw new IllegalArgumentException(
                        "step from %d jobs in flight after one from %d: expected the first from 0, the others rising"
                                .formatted(step.fromInFlight(), before));
            }
            before = step.fromInFlight();
        }
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("orders without a step: expected at least one");
        }
    }

    /** The same however many jobs are in flight. */
    public static Orders mix(List<Alternative> alternatives) {
        return new Orders(List.of(new Step(0, alternatives)));
    }

    /** Every job gets the same. */
    public static Orders always(ChainId chain, Thresholds thresholds) {
        return mix(List.of(new Alternative(chain, thresholds, 1)));
    }

    /** Shadow jobs are alternatives like others. */
    public static Orders of(Policy policy) {
        return new Orders(policy.steps().stream()
                .map(step -> new Step(step.fromInFlight(), alternatives(step, policy.shadowShare())))
                .toList());
    }

    private static List<Alternative> alternatives(Policy.Step step, double shadow) {
        List<Alternative> alternatives = new ArrayList<>();
        step.mix().probabilities().forEach((chain, probability) -> {
            ThresholdMix vectors = step.thresholdsOf(chain);
            for (ThresholdMix.Alternative one : vectors.alternatives()) {
                alternatives.add(new Alternative(chain, one.thresholds(), probability * (1 - shadow) * one.share()));
            }
            if (shadow > 0) {
                alternatives.add(new Alternative(chain, Thresholds.closed(vectors.exits()), probability * shadow));
            }
        });
        return alternatives;
    }

    /**
     * What jobs are told on average.
     *
     * @param told jobs by step, or their shares; where there is none, the first step counts
     */
    public Orders averaged(double[] told) {
        int count = Math.min(told.length, steps.size());
        double sum = Arrays.stream(told, 0, count).sum();
        if (!(sum > 0)) {
            return mix(alternatives());
        }
        List<Alternative> averaged = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            for (Alternative one : steps.get(i).alternatives()) {
                averaged.add(new Alternative(one.chain(), one.thresholds(), one.probability() * told[i] / sum));
            }
        }
        return mix(averaged);
    }

    /** What jobs are told while none is in flight. */
    public List<Alternative> alternatives() {
        return steps.get(0).alternatives();
    }

    /** Share of the jobs by chain, while none is in flight. */
    public SortedMap<ChainId, Double> chainShares() {
        SortedMap<ChainId, Double> shares = new TreeMap<>();
        alternatives().forEach(one -> shares.merge(one.chain(), one.probability(), Double::sum));
        return shares;
    }
}
