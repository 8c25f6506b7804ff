package dev.offramp.agent.core;

import dev.offramp.partition.ChainId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Assigns jobs to chains with low discrepancy: each draw adds every chain's probability to its credit, takes the chain
 * with most credit and charges it 1. After n draws a chain's share of them differs from its probability by less than
 * (chains − 1) / n, so short windows keep the mix.
 */
final class ChainDraw {
    private final Map<ChainId, Double> credit = new HashMap<>();

    /**
     * Draws one of the chains with positive weight; none if there is none.
     *
     * @param weights need not sum to 1
     */
    Optional<ChainId> next(SortedMap<ChainId, Double> weights) {
        double total =
                weights.values().stream().mapToDouble(Double::doubleValue).sum();
        if (!(total > 0)) {
            return Optional.empty();
        }
        credit.keySet().retainAll(weights.keySet());
        ChainId chosen = null;
        double most = Double.NEGATIVE_INFINITY;
        for (Map.Entry<ChainId, Double> entry : weights.entrySet()) {
            if (entry.getValue() <= 0) {
                continue;
            }
            double now = credit.merge(entry.getKey(), entry.getValue() / total, Double::sum);
            if (now > most + 1e-12) {
                most = now;
                chosen = entry.getKey();
            }
        }
        if (chosen != null) {
            credit.merge(chosen, -1.0, Double::sum);
        }
        return Optional.ofNullable(chosen);
    }
}
