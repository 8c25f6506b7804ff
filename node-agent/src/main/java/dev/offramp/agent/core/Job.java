package dev.offramp.agent.core;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.Timings;
import dev.offramp.partition.job.Verdict;
import dev.offramp.partition.policy.Thresholds;
import java.util.List;

/**
 * A job and the orders it carries, as one hop sees it. Immutable.
 *
 * @param hop from 0: the hop of the chain it is at, or is sent to
 * @param priority greater goes first
 * @param deadlineNanos on this node's monotonic clock
 * @param activationBytes size of the tensor it comes with
 * @param timings of the hops behind it
 * @param passed verdicts of the exits behind it; empty where they are not known
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
        Timings timings,
        List<Verdict> passed) {
    public Job {
        passed = List.copyOf(passed);
        if (passed.size() > thresholds.exits()) {
            throw new IllegalArgumentException(
                    "%s has passed %d exits of %d".formatted(id, passed.size(), thresholds.exits()));
        }
    }

    /** It has passed no exit. */
    public Job(
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
        this(
                id,
                chain,
                epoch,
                policyVersion,
                hop,
                thresholds,
                priority,
                deadlineNanos,
                activationBytes,
                timings,
                List.of());
    }

    /** The same job further on its way. */
    Job atHop(int hop, long activationBytes, Timings timings, List<Verdict> passed) {
        return new Job(
                id,
                chain,
                epoch,
                policyVersion,
                hop,
                thresholds,
                priority,
                deadlineNanos,
                activationBytes,
                timings,
                passed);
    }
}
