package dev.offramp.partition.policy;

import dev.offramp.partition.ChainId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What jobs of one service may be told: alternatives, each with the share of the jobs that get it. More general than a
 * {@link Policy}, for one chain may carry several threshold vectors. Immutable.
 */
public record Orders(List<Alternative> alternatives) {
    private static final double TOLERANCE = 1e-6;

    /**
     * One chain, one threshold vector.
     *
     * @param probability share of the jobs
     */
    public record Alternative(ChainId chain, Thresholds thresholds, double probability) {}

    public Orders {
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

    /** Every job gets the same. */
    public static Orders always(ChainId chain, Thresholds thresholds) {
        return new Orders(List.of(new Alternative(chain, thresholds, 1)));
    }

    public static Orders of(Policy policy) {
        List<Alternative> alternatives = new ArrayList<>();
        policy.mix()
                .probabilities()
                .forEach((chain, probability) ->
                        alternatives.add(new Alternative(chain, policy.thresholdsOf(chain), probability)));
        return new Orders(alternatives);
    }

    /** Share of the jobs by chain. */
    public SortedMap<ChainId, Double> chainShares() {
        SortedMap<ChainId, Double> shares = new TreeMap<>();
        alternatives.forEach(one -> shares.merge(one.chain(), one.probability(), Double::sum));
        return shares;
    }

    /** Alternatives of each chain, in the order given. */
    public Map<ChainId, List<Alternative>> byChain() {
        Map<ChainId, List<Alternative>> chains = new TreeMap<>();
        alternatives.forEach(one ->
                chains.computeIfAbsent(one.chain(), chain -> new ArrayList<>()).add(one));
        return chains;
    }
}
