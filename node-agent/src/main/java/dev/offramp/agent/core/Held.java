package dev.offramp.agent.core;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.job.JobId;
import org.jspecify.annotations.Nullable;

/** A job while it is at one stage of this node. Mutable; belongs to the core. */
final class Held {
    /** The stage before hop 0: a frame's job whose first hop is on a neighbour. */
    static final int INGRESS_STAGE = -1;

    /** Where a job's outcome goes. */
    sealed interface Origin {
        /** To the frame's sender, here. */
        record Ingress() implements Origin {}

        /** Back over the stream the job came by. */
        record Upstream(PeerLink link) implements Origin {}
    }

    /** A job at a stage; a chain may pass a node more than once. */
    record Key(JobId job, int stage) {}

    enum State {
        /** In the queue. */
        WAITING,
        /** On a server. */
        RUNNING,
        /** Offered to the next node. */
        OFFERED,
        /** Waits to be handed to the transport. */
        IN_OUTBOX,
        /** The next node has it. */
        FORWARDED,
        /** Its outcome is decided. */
        DONE
    }

    final Job job;
    final int stage;
    final Origin origin;
    /** Null at the ingress stage, which is no hop. */
    final @Nullable HopLedger ledger;

    State state = State.WAITING;
    dev.offramp.partition.job.Timings timings;

    @Nullable
    Activation activation;

    @Nullable
    NodeId next;
    /** Bytes of room it has in the node's queue; −1: none. */
    long room = -1;

    boolean orphaned;
    final long sinceNanos;

    Held(Job job, int stage, Origin origin, @Nullable HopLedger ledger, Activation activation, long nowNanos) {
        this.job = job;
        this.stage = stage;
        this.origin = origin;
        this.ledger = ledger;
        this.activation = activation;
        this.timings = job.timings();
        this.sinceNanos = nowNanos;
    }

    Key key() {
        return new Key(job.id(), stage);
    }

    /** Waiting, in service, or waiting to be sent: still this hop's. */
    boolean present() {
        return state != State.FORWARDED && state != State.DONE;
    }

    Activation takeActivation() {
        Activation taken = activation;
        if (taken == null) {
            throw new IllegalStateException("activation of %s at stage %d was taken before".formatted(job.id(), stage));
        }
        activation = null;
        return taken;
    }
}
