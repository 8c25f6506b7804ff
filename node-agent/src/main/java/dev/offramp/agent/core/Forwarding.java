package dev.offramp.agent.core;

import dev.offramp.agent.core.Epochs.Route;
import dev.offramp.agent.core.Held.State;
import dev.offramp.agent.queue.Admission;
import dev.offramp.agent.queue.BoundedQueue;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;

/**
 * Sends jobs to neighbours and takes their outcomes. Where the service drops, a transfer goes out at once, or waits in
 * the neighbour's outbox. Where it blocks, the neighbour is asked first, and the job keeps its room here until its bytes
 * have gone.
 */
final class Forwarding {
    private final Turn turn;
    private final BoundedQueue<Held> queue;
    private final Peers peers;
    private final Fates fates;
    private long lateOutcomes;

    Forwarding(Turn turn, BoundedQueue<Held> queue, Peers peers, Fates fates) {
        this.turn = turn;
        this.queue = queue;
        this.peers = peers;
        this.fates = fates;
    }

    void send(Held job, Route route, NodeId next) {
        Peer peer = peers.of(next);
        job.goesTo(next, carriage(job, route));
        if (!peer.isUp()) {
            fates.lose(job, peer.downReason());
            return;
        }
        Overflow overflow = route.service().overflow();
        if (overflow == Overflow.BLOCK) {
            offer(job, peer);
            return;
        }
        fates.releaseRoom(job);
        if (peer.windowOpen()) {
            transfer(peer, job);
        } else {
            enqueue(job, peer, overflow == Overflow.DROP_OLDEST);
        }
    }

    private static AgentEffect.Carriage carriage(Held job, Route route) {
        return new AgentEffect.Carriage(
                route.hop(job.stage + 1).partition().input(),
                route.service().codecs(),
                job.timings.computeNanos() - job.job.timings().computeNanos());
    }

    /** A frame's job on its way to a first hop elsewhere takes room here like any other. */
    private void offer(Held job, Peer peer) {
        if (!job.hasRoom()) {
            long bytes = job.activation().size();
            if (!queue.reserve(job.job.priority(), bytes)) {
                fates.lose(job, LossReason.QUEUE_FULL);
                return;
            }
            job.takeRoom(bytes);
        }
        job.state = State.OFFERED;
        peer.offer(job);
        turn.say(new AgentEffect.SendOffer(peer.id(), job.onward()));
    }

    private void enqueue(Held job, Peer peer, boolean evicting) {
        switch (peer.enqueue(job, evicting)) {
            case Admission.Refused<Held> refused -> fates.lose(job, LossReason.LINK_FULL);
            case Admission.Admitted<Held> admitted -> {
                job.state = State.IN_OUTBOX;
                admitted.evicted().forEach(evicted -> fates.lose(evicted, LossReason.LINK_FULL));
            }
        }
    }

    private void transfer(Peer peer, Held job) {
        Job onward = job.onward();
        job.state = State.FORWARDED;
        job.inTransport = true;
        job.sentNanos = turn.nowNanos();
        if (job.ledger != null) {
            job.ledger.forwarded();
        }
        peer.transfer(job);
        turn.say(new AgentEffect.SendTransfer(peer.id(), onward, job.takeActivation(), job.carriage()));
    }

    void onGranted(NodeId from, JobId id) {
        Peer peer = peers.of(from);
        Held job = peer.answered(id);
        if (job != null) {
            transfer(peer, job);
        }
    }

    void onSent(AgentEvent.TransferSent sent) {
        Peer peer = peers.of(sent.peer());
        Held job = peer.handedOver(sent.job());
        if (job != null) {
            job.spent(HopPart.SERIALISE, sent.serialiseNanos());
            handedOver(job);
        }
        peer.dequeue().ifPresent(next -> transfer(peer, next));
    }

    private void handedOver(Held job) {
        job.inTransport = false;
        fates.releaseRoom(job);
    }

    void onOutcome(AgentEvent.OutcomeArrived arrived) {
        Peer peer = peers.of(arrived.peer());
        Held job = peer.resolve(arrived.job());
        if (job != null) {
            long networkNanos = networkNanos(job, arrived.timings());
            job.spent(HopPart.NETWORK, networkNanos);
            fates.conclude(job, plausible(arrived, job), arrived.timings().plusNetwork(networkNanos));
            return;
        }
        Held offered = peer.answered(arrived.job());
        if (offered == null) {
            lateOutcomes++;
            return;
        }
        offered.state = State.WAITING;
        fates.lose(
                offered,
                arrived.outcome() instanceof Outcome.Lost refused
                        ? refused
                        : new Outcome.Lost(LossReason.EXECUTION, arrived.peer()));
    }

    /** How long it was under way, less what the hops behind had it for: those add their own times to what they are told. */
    private long networkNanos(Held job, Timings told) {
        long behind = told.sumNanos() - job.timings.sumNanos();
        return Math.max(0, turn.nowNanos() - job.sentNanos - Math.max(0, behind));
    }

    /** A neighbour's word, but for an exit that the job's chain has not. */
    private static Outcome plausible(AgentEvent.OutcomeArrived arrived, Held job) {
        boolean unknownExit = arrived.outcome() instanceof Outcome.Completed completed
                && completed.exit() > job.job.thresholds().exits();
        return unknownExit ? new Outcome.Lost(LossReason.MODEL_MISMATCH, arrived.peer()) : arrived.outcome();
    }

    void onUp(NodeId id) {
        Peer peer = peers.of(id);
        if (peer.isUp()) {
            onDown(id, LossReason.LINK_LOST);
        }
        peer.up();
    }

    /** Whatever was pending there is lost; what had not gone yet is lost too, but here. */
    void onDown(NodeId id, LossReason reason) {
        Peer.Casualties casualties = peers.of(id).down(reason);
        casualties.unsent().forEach(this::handedOver);
        Outcome lost = new Outcome.Lost(reason, id);
        casualties.pending().forEach(job -> fates.conclude(job, lost, job.timings));
        casualties.notSent().forEach(job -> fates.lose(job, reason));
    }

    long lateOutcomes() {
        return lateOutcomes;
    }
}
