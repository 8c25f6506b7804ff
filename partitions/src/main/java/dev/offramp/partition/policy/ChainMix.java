package dev.offramp.partition.policy;

import dev.offramp.partition.ChainId;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Chain assignment probabilities of a service: non-negative, summing to 1 within 1e-6. Immutable. */
public record ChainMix(SortedMap<ChainId, Double> probabilities) {
    private static final double TOLERANCE = 1e-6;

    public ChainMix {
        probabilities = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(probabilities));
        double sum = 0;
        for (Map.Entry<ChainId, Double> entry : probabilities.entrySet()) {
            if (!(entry.getValue() >= 0)) {
                throw new IllegalArgumentException(
                        "probability of chain %s (%s) must be at least 0".formatted(entry.getKey(), entry.getValue()));
            }
            sum += entry.getValue();
        }
        if (!(Math.abs(sum - 1) <= TOLERANCE)) {
            throw new IllegalArgumentException(
                    "chain assignment probabilities %s sum to %s: expected 1".formatted(probabilities, sum));
        }
    }

    public static ChainMix of(Map<ChainId, Double> probabilities) {
        return new ChainMix(new TreeMap<>(probabilities));
    }
}
