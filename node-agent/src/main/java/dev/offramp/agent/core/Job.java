package dev.offramp.agent.core;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.Timings;
import dev.offramp.partition.policy.Thresholds;

/**
 * A job and the orders it carries, as one hop sees it. Immutable.
 *
 * @param hop from 0: the hop of the chain it is at, or is sent to
 * @param priority greater goes first
 * @param deadlineNanos on this node's monotonic clock
 * @param activationBytes size of the tensor it comes with
 * @param timings of the hops behind it
 */
public record Job(
        JobId id,
        ChainId chain,
        long epoch,
        long policyVersion,
        int hop,
        Thresholds thresholds,
        int priority,
        long deadlineNanos,
        long activationBytes,
        Timings timings) {
    Job withTimings(Timings timings) {
        return new Job(
                id, chain, epoch, policyVersion, hop, thresholds, priority, deadlineNanos, activationBytes, timings);
    }

    Job atHop(int hop, long activationBytes) {
        return new Job(
                id, chain, epoch, policyVersion, hop, thresholds, priority, deadlineNanos, activationBytes, timings);
    }
}
