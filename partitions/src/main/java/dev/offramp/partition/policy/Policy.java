package dev.offramp.partition.policy;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import java.util.Map;

/**
 * How the jobs of one service are assigned to chains and where they leave. Immutable.
 *
 * @param version rises with every policy of the service, from 1
 * @param thresholds one vector for every chain of {@code mix}
 */
public record Policy(ServiceId service, long version, ChainMix mix, Map<ChainId, Thresholds> thresholds) {
    public Policy {
        thresholds = Map.copyOf(thresholds);
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

    /** Thresholds of a chain of the mix. */
    public Thresholds thresholdsOf(ChainId chain) {
        Thresholds vector = thresholds.get(chain);
        if (vector == null) {
            throw new IllegalArgumentException(
                    "policy %d of %s knows %s, not %s".formatted(version, service, thresholds.keySet(), chain));
        }
        return vector;
    }
}
