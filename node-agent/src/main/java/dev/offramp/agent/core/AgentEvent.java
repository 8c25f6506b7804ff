package dev.offramp.agent.core;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.Placement;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import dev.offramp.partition.policy.Policy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What may happen to an agent. */
public sealed interface AgentEvent {
    /**
     * A decoded frame at the ingress.
     *
     * @param ticket the adapter's, by which answers find their way
     * @param truth index of the true class, where the sender knows it
     * @param priority most that its job may have; never more than the service's
     * @param arrivedNanos when the request arrived; latency counts from here
     */
    record FrameArrived(
            long ticket, ServiceId service, Activation tensor, OptionalInt truth, int priority, long arrivedNanos)
            implements AgentEvent {}

    /** A neighbour asks for room for a job. */
    record JobOffered(PeerLink from, Job job) implements AgentEvent {}

    /** A neighbour sends a job, granted before or not. */
    record JobTransferred(PeerLink from, Job job, Activation activation) implements AgentEvent {}

    /** A neighbour takes an offer back. */
    record OfferWithdrawn(PeerLink from, JobId job) implements AgentEvent {}

    /** The stream of a neighbour that sends jobs here has ended. */
    record UpstreamDown(PeerLink link) implements AgentEvent {}

    /**
     * A server is done.
     *
     * @param run as in {@link AgentEffect.RunInference}
     * @param scores one entry per exit of the partition, in order of depth
     * @param output empty for a last partition
     */
    record InferenceFinished(long run, List<float[]> scores, Optional<Activation> output, long computeNanos)
            implements AgentEvent {}

    /** A server failed. */
    record InferenceFailed(long run) implements AgentEvent {}

    /** The stream to a neighbour is open. */
    record PeerUp(NodeId peer) implements AgentEvent {}

    /**
     * The stream to a neighbour has ended, or could not be opened.
     *
     * @param reason {@code NODE_LOST} where the peer's process is gone, else {@code LINK_LOST}
     */
    record PeerDown(NodeId peer, LossReason reason) implements AgentEvent {}

    /** A neighbour has room for an offered job. */
    record Granted(NodeId peer, JobId job) implements AgentEvent {}

    /**
     * A transfer was handed to the transport while it was ready; the bytes are no longer this node's.
     *
     * @param serialiseNanos that handing it over took
     */
    record TransferSent(NodeId peer, JobId job, long serialiseNanos) implements AgentEvent {}

    /** What became of a job that a neighbour has. */
    record OutcomeArrived(NodeId peer, JobId job, Outcome outcome, Timings timings) implements AgentEvent {}

    /** This node's partitions of the placement are loaded and warm. */
    record PlacementPrepared(Placement placement) implements AgentEvent {}

    /** New frames are assigned under this epoch from now on. */
    record PlacementActivated(long epoch) implements AgentEvent {}

    /** This epoch and older ones go. */
    record PlacementRetired(long epoch) implements AgentEvent {}

    /** A policy arrived. */
    record PolicyChanged(Policy policy) implements AgentEvent {}

    /** Accept no more frames. */
    record DrainRequested() implements AgentEvent {}

    /** Time has passed; expected at least every 20 ms. */
    record Tick() implements AgentEvent {}
}
