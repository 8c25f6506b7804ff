package dev.offramp.agent.core;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Verdict;
import dev.offramp.partition.policy.Thresholds;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The core's counters at one instant, totals since the start of the process. Immutable.
 *
 * @param queuedJobs held by the queue, the ones in service included
 * @param busyNanos total time that finished inferences have kept servers from others
 * @param epoch active at the ingress
 * @param conservationResidual must be 0
 * @param lateOutcomes arrived after the job's outcome was decided
 * @param draining whether the ingress takes no frames any more
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
        boolean draining,
        List<Hop> hops,
        List<Ingress> ingress,
        List<Link> links,
        List<PriorityClass> priorities) {
    /**
     * Ledger of one hop: {@code received = forwarded + completedHere + Σ lostHere + present}.
     *
     * @param present waiting, in service, or waiting to be sent
     * @param served finished inferences
     * @param serviceNanosSum of their service times: how long each kept its server from others, handing over included
     * @param serviceNanosSquareSum of the squares of these, in ns²
     * @param times what its jobs' time was made of
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
            double serviceNanosSquareSum,
            Map<HopPart, Times> times) {}

    /** Durations: counts by bucket of {@link LatencyHistogram}, and their sum. */
    public record Times(long[] counts, double nanosSum) {
        public long jobs() {
            return Arrays.stream(counts).sum();
        }
    }

    /**
     * Ledger of one service at its ingress: {@code accepted = Σ completed + Σ lost + inFlight}.
     *
     * @param latency counts by bucket of {@link LatencyHistogram}, of completed jobs
     * @param toldByStep accepted jobs by the step of the policy that held when they came
     * @param shadows the shadow jobs among all these
     * @param latest the last {@value JobSample#ROWS} of the other jobs that completed, oldest first
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
            Shadows shadows,
            List<JobRow> latest) {}

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
     * @param epoch of the placement that it was accepted under
     * @param truth of its frame, where that came with one
     */
    public record ShadowRow(long number, ChainId chain, long epoch, List<Verdict> exits, OptionalInt truth) {}

    /**
     * What a completed job was told, and what the exits said that it passed.
     *
     * @param number of the row, from 1; rises by 1
     */
    public record JobRow(
            long number, ChainId chain, Thresholds thresholds, List<Verdict> verdicts, long latencyNanos) {}

    /** Completed jobs of one exit; of them with known truth; of those correct. */
    public record ExitCount(int exit, long completed, long withTruth, long correct) {}

    /**
     * Jobs of one priority, over all hops of the node.
     *
     * @param queued that the queue holds, the ones in service and on their way included
     */
    public record PriorityClass(int priority, int queued, long received, Map<LossReason, Long> lost) {}

    /** Jobs sent to a neighbour: {@code sent = resolved + pending}. */
    public record Link(NodeId peer, long sent, long resolved, long pending, boolean up) {}
}
