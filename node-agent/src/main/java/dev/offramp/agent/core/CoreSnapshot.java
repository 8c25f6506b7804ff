package dev.offramp.agent.core;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Verdict;
import java.util.List;
import java.util.Map;

/**
 * The core's counters at one instant, totals since the start of the process. Immutable.
 *
 * @param queuedJobs held by the queue, the ones in service included
 * @param busyNanos total time of finished inferences
 * @param epoch active at the ingress
 * @param conservationResidual must be 0
 * @param lateOutcomes arrived after the job's outcome was decided
 * @param duplicates jobs that arrived again at a hop, and were ignored
 */
public record CoreSnapshot(
        int queuedJobs,
        long queuedBytes,
        long busyNanos,
        long epoch,
        Map<ServiceId, Long> policyVersions,
        long conservationResidual,
        long lateOutcomes,
        long duplicates,
        List<Hop> hops,
        List<Ingress> ingress,
        List<Link> links) {
    /**
     * Ledger of one hop: {@code received = forwarded + completedHere + Σ lostHere + present}.
     *
     * @param present waiting, in service, or waiting to be sent
     * @param served finished inferences
     * @param serviceNanosSum of their durations
     * @param serviceNanosSquareSum of the squares of their durations, in ns²
     */
    public record Hop(
            ChainId chain,
            int hop,
            long received,
            long forwarded,
            long completedHere,
            Map<LossReason, Long> lostHere,
            long present,
            long served,
            double serviceNanosSum,
            double serviceNanosSquareSum) {}

    /**
     * Ledger of one service at its ingress: {@code accepted = Σ completed + Σ lost + inFlight}.
     *
     * @param latency counts by bucket of {@link LatencyHistogram}, of completed jobs
     * @param toldByStep accepted jobs by the step of the policy that held when they came
     * @param shadows the shadow jobs among all these
     */
    public record Ingress(
            ServiceId service,
            long accepted,
            long inFlight,
            List<ExitCount> exits,
            Map<LossReason, Long> lost,
            long[] latency,
            double queueingNanosSum,
            double computeNanosSum,
            double networkNanosSum,
            Map<Long, Long> completedByPolicy,
            long[] toldByStep,
            Shadows shadows) {}

    /**
     * Shadow jobs of one service.
     *
     * @param latest the last {@value ShadowSample#ROWS} completed, oldest first
     */
    public record Shadows(long completed, long lost, List<ShadowRow> latest) {}

    /**
     * What every exit of the chain said of a shadow job.
     *
     * @param number of the row, from 1; rises by 1
     */
    public record ShadowRow(long number, ChainId chain, List<Verdict> exits) {}

    /** Completed jobs of one exit; of them with known truth; of those correct. */
    public record ExitCount(int exit, long completed, long withTruth, long correct) {}

    /** Jobs sent to a neighbour: {@code sent = resolved + pending}. */
    public record Link(NodeId peer, long sent, long resolved, long pending, boolean up) {}
}
