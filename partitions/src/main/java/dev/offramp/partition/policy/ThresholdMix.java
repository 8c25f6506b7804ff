package dev.offramp.partition.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The threshold vectors of one chain, each with its share of the chain's jobs. One vector for all of them is the common
 * case. Immutable.
 *
 * @param alternatives 1 to {@value #MAX_ALTERNATIVES} different vectors with as many exits each; their shares sum to 1
 *     within 1e-6
 */
public record ThresholdMix(List<Alternative> alternatives) {
    public static final int MAX_ALTERNATIVES = 16;

    private static final double TOLERANCE = 1e-6;

    /**
     * One vector.
     *
     * @param share of the chain's jobs, more than 0
     */
    public record Alternative(double share, Thresholds thresholds) {
        public Alternative {
            if (!(share > 0)) {
                throw new IllegalArgumentException("share of %s (%s) must be more than 0".formatted(thresholds, share));
            }
        }
    }

    public ThresholdMix {
        alternatives = List.copyOf(alternatives);
        if (alternatives.isEmpty() || alternatives.size() > MAX_ALTERNATIVES) {
            throw new IllegalArgumentException(
                    "%d threshold vectors: expected 1 to %d".formatted(alternatives.size(), MAX_ALTERNATIVES));
        }
        int exits = alternatives.get(0).thresholds().exits();
        Set<Thresholds> different = new HashSet<>();
        double sum = 0;
        for (Alternative one : alternatives) {
            if (one.thresholds().exits() != exits) {
                throw new IllegalArgumentException(
                        "thresholds %s beside a vector for %d exits: expected as many in every vector of a chain"
                                .formatted(one.thresholds(), exits));
            }
            if (!different.add(one.thresholds())) {
                throw new IllegalArgumentException(
                        "thresholds %s are there twice: expected once, with the sum of the shares"
                                .formatted(one.thresholds()));
            }
            sum += one.share();
        }
        if (!(Math.abs(sum - 1) <= TOLERANCE)) {
            throw new IllegalArgumentException(
                    "shares of the threshold vectors %s sum to %s: expected 1".formatted(alternatives, sum));
        }
    }

    /** The same vector for all of the chain's jobs. */
    public static ThresholdMix of(Thresholds thresholds) {
        return new ThresholdMix(List.of(new Alternative(1, thresholds)));
    }

    /** The same thresholds for all of the chain's jobs, one per exit. */
    public static ThresholdMix of(float... thresholds) {
        return of(Thresholds.of(thresholds));
    }

    /** Of the chain. */
    public int exits() {
        return alternatives.get(0).thresholds().exits();
    }

    /** Whether some of the chain's jobs carry these. */
    public boolean contains(Thresholds thresholds) {
        return alternatives.stream().anyMatch(one -> one.thresholds().equals(thresholds));
    }

    @Override
    public String toString() {
        return alternatives.size() == 1 ? alternatives.get(0).thresholds().toString() : alternatives.toString();
    }
}
