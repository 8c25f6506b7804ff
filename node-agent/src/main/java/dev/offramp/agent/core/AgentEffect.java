package dev.offramp.agent.core;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.CodecChoice;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import java.util.Optional;

/** What the core wants done. */
public sealed interface AgentEffect {
    /** Run a partition; answered by {@link AgentEvent.InferenceFinished} or {@link AgentEvent.InferenceFailed}. */
    record RunInference(long run, HopKey hop, Activation input) implements AgentEffect {}

    /** Ask a neighbour for room. */
    record SendOffer(NodeId peer, Job job) implements AgentEffect {}

    /** Send a job; answered by {@link AgentEvent.TransferSent} once the transport has it. */
    record SendTransfer(NodeId peer, Job job, Activation activation, Carriage carriage) implements AgentEffect {}

    /**
     * How an activation may travel.
     *
     * @param tensor what it is
     * @param computeNanos that the partition before it took for this job
     */
    record Carriage(TensorSpec tensor, CodecChoice codecs, long computeNanos) {}

    /** Take an offer back. */
    record SendWithdraw(NodeId peer, JobId job) implements AgentEffect {}

    /** Tell a neighbour there is room. */
    record SendGrant(PeerLink link, JobId job) implements AgentEffect {}

    /** Tell a neighbour what became of its job. */
    record SendOutcome(PeerLink link, JobId job, Outcome outcome, Timings timings) implements AgentEffect {}

    /** The frame is a job now; its {@link Answer} follows, perhaps at once. No chain: it is lost as {@code no_chain}. */
    record FrameAccepted(long ticket, JobId job, Optional<ChainId> chain) implements AgentEffect {}

    /** The frame never became a job. */
    record FrameRefused(long ticket, Refusal refusal, String message) implements AgentEffect {}

    /**
     * What became of a frame's job.
     *
     * @param latencyNanos from the frame's arrival
     */
    record Answer(
            long ticket,
            JobId job,
            ServiceId service,
            Optional<ChainId> chain,
            long epoch,
            long policyVersion,
            Outcome outcome,
            Timings timings,
            long latencyNanos)
            implements AgentEffect {}

    /** Open a stream to a neighbour and keep it open; said again when the neighbour has moved to another address. */
    record Connect(NodeId peer, String address) implements AgentEffect {}

    /** Close the stream to a neighbour. */
    record Disconnect(NodeId peer) implements AgentEffect {}

    /** Whether a command was applied; {@code refusal} is empty, or says why it was not. */
    record CommandDone(Command command, String refusal) implements AgentEffect {}

    /** No job of this epoch or an older one is left here; said once, after a newer one was activated. */
    record EpochDrained(long epoch) implements AgentEffect {}

    /** No job is left here; said once, after {@link AgentEvent.DrainRequested}. */
    record Drained() implements AgentEffect {}

    /** Why a frame never became a job. */
    enum Refusal {
        /** No service of that name takes frames in at this node. */
        UNKNOWN_SERVICE,
        /** The tensor does not fit the network's input. */
        WRONG_SHAPE,
        /** Too many jobs without an outcome. */
        BUSY,
        /** The node accepts no more frames. */
        DRAINING
    }

    /** The command a {@link CommandDone} is about. */
    sealed interface Command {
        record Prepared(long epoch) implements Command {}

        record Activated(long epoch) implements Command {}

        record Retired(long epoch) implements Command {}

        record PolicyApplied(ServiceId service, long version) implements Command {}
    }
}
