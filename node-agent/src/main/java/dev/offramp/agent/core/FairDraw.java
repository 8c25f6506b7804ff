package dev.offramp.agent.core;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Draws with low discrepancy: each draw adds every alternative's share to its credit, takes the one with most credit and
 * charges it 1. After n draws an alternative's share of them differs from what it should be by less than
 * (alternatives − 1) / n, so short windows keep the mix. An alternative that cannot be drawn for a while keeps its credit
 * as it is: it neither loses its turn nor comes back in a burst.
 *
 * @param <T> alternatives, equal if they are the same
 */
final class FairDraw<T> {
    private final Map<T, Double> credit = new HashMap<>();

    /**
     * Draws one of the alternatives with positive weight, of equals the first; none if there is none. The credit of what
     * {@code weights} does not have is forgotten.
     *
     * @param weights need not sum to 1; 0 for what cannot be drawn now
     */
    Optional<T> next(Map<T, Double> weights) {
        double total =
                weights.values().stream().mapToDouble(Double::doubleValue).sum();
        if (!(total > 0)) {
            return Optional.empty();
        }
        credit.keySet().retainAll(weights.keySet());
        Optional<T> chosen = Optional.empty();
        double most = Double.NEGATIVE_INFINITY;
        for (Map.Entry<T, Double> entry : weights.entrySet()) {
            if (entry.getValue() <= 0) {
                continue;
            }
            double now = credit.merge(entry.getKey(), entry.getValue() / total, Double::sum);
            if (now > most + 1e-12) {
                most = now;
                chosen = Optional.of(entry.getKey());
            }
        }
        chosen.ifPresent(one -> credit.merge(one, -1.0, Double::sum));
        return chosen;
    }
}
