package dev.offramp.coordinator.scheduling;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.policy.Thresholds;

/**
 * One way to treat a job: a chain and a threshold vector.
 *
 * @param service number of its service
 * @param accuracy share of right answers
 * @param load seconds that a job takes of each resource; the array is not changed by anyone
 */
record Column(int service, ChainId chain, Thresholds thresholds, double accuracy, double[] load) {
    boolean isSameAs(Column other) {
        return chain.equals(other.chain) && thresholds.equals(other.thresholds);
    }
}
