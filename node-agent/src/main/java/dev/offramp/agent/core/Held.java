package dev.offramp.agent.core;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.Timings;
import dev.offramp.partition.job.Verdict;
import java.util.List;
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
    record Key(JobId job, int stage) {
        static Key of(Job job) {
            return new Key(job.id(), job.hop());
        }

        /** Plain code: a record's own is slow until the better compiler has had it, and agents go without. */
        @Override
        public int hashCode() {
            return 31 * job.hashCode() + stage;
        }
    }

    enum State {
        /** In the queue. */
        WAITING,
        /** On a server. */
        RUNNING,
        /** Offered to the next node. */
        OFFERED,
        /** Waits to be handed to the transport. */
        IN_OUTBOX,
        /** The next node has it, or the transport. */
        FORWARDED,
        /** Its outcome is decided. */
        DONE
    }

    final Job job;
    final int stage;
    final Origin origin;
    /** Null at the ingress stage, which is no hop. */
    final @Nullable HopLedger ledger;

    final long sinceNanos;
    /** When it was given to a server. */
    long startedNanos;

    /** When the transport was asked to take it. */
    long sentNanos;

    State state = State.WAITING;
    Timings timings;
    /** Verdicts of the exits behind it. */
    List<Verdict> passed;
    /** A server works on it, even if its outcome is decided. */
    boolean onServer;
    /** The transport has its bytes and has not sent them, even if its outcome is decided. */
    boolean inTransport;
    /** The stream it came by has ended. */
    boolean orphaned;

    private @Nullable Activation activation;
    private @Nullable NodeId next;
    private AgentEffect.@Nullable Carriage carriage;
    private long roomBytes = NONE;

    private static final long NONE = -1;

    Held(Job job, int stage, Origin origin, @Nullable HopLedger ledger, Activation activation, long nowNanos) {
        this.job = job;
        this.stage = stage;
        this.origin = origin;
        this.ledger = ledger;
        this.activation = activation;
        this.timings = job.timings();
        this.passed = job.passed();
        this.sinceNanos = nowNanos;
    }

    Key key() {
        return new Key(job.id(), stage);
    }

    /** Part of its time at this hop. */
    void spent(HopPart part, long nanos) {
        if (ledger != null) {
            ledger.spent(part, nanos);
        }
    }

    /** Waiting, in service, or waiting to be sent: still this hop's. */
    boolean present() {
        return state != State.FORWARDED && state != State.DONE;
    }

    /** The node it is offered or sent to. */
    NodeId next() {
        NodeId known = next;
        if (known == null) {
            throw new IllegalStateException("%s goes to no other node".formatted(key()));
        }
        return known;
    }

    void goesTo(NodeId node, AgentEffect.Carriage how) {
        next = node;
        carriage = how;
    }

    /** How it goes there. */
    AgentEffect.Carriage carriage() {
        AgentEffect.Carriage known = carriage;
        if (known == null) {
            throw new IllegalStateException("%s goes to no other node".formatted(key()));
        }
        return known;
    }

    /** The job as the next hop shall see it. */
    Job onward() {
        return job.atHop(stage + 1, activation().size(), timings, passed);
    }

    /** What it came with, or what its partition has made of it; a server that works on it has it. */
    boolean hasActivation() {
        return activation != null;
    }

    Activation activation() {
        Activation known = activation;
        if (known == null) {
            throw new IllegalStateException("%s has no activation any more".formatted(key()));
        }
        return known;
    }

    /** Lets go of the activation. */
    Activation takeActivation() {
        Activation taken = activation();
        activation = null;
        return taken;
    }

    void becomes(Activation output) {
        activation = output;
    }

    void dropActivation() {
        if (activation != null) {
            activation.handBack().run();
            activation = null;
        }
    }

    boolean hasRoom() {
        return roomBytes >= 0;
    }

    /** It has this much of the node's room. */
    void takeRoom(long bytes) {
        roomBytes = bytes;
    }

    /** Its room, which is the caller's to give back. */
    long giveUpRoom() {
        long bytes = roomBytes;
        roomBytes = NONE;
        return bytes;
    }
}
