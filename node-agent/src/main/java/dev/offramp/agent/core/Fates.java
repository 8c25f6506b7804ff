package dev.offramp.agent.core;

import dev.offramp.agent.core.Held.Origin;
import dev.offramp.agent.core.Held.State;
import dev.offramp.agent.queue.BoundedQueue;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The jobs that this node holds or waits for, and the one place where a job's outcome is decided. */
final class Fates {
    /** Jobs remembered after their outcome, so that one that arrives again is known. */
    private static final int REMEMBERED = 1024;

    private final NodeId self;
    private final Turn turn;
    private final IngressDesk ingress;
    private final BoundedQueue<Held> queue;
    private final Peers peers;
    private final PriorityLedger priorities;
    private final Map<Held.Key, Held> held = new LinkedHashMap<>();
    private final Set<Held.Key> remembered = new LinkedHashSet<>();
    private final Set<PeerLink> ended = new HashSet<>();

    Fates(
            NodeId self,
            Turn turn,
            IngressDesk ingress,
            BoundedQueue<Held> queue,
            Peers peers,
            PriorityLedger priorities) {
        this.self = self;
        this.turn = turn;
        this.ingress = ingress;
        this.queue = queue;
        this.peers = peers;
        this.priorities = priorities;
    }

    void hold(Held job) {
        held.put(job.key(), job);
    }

    /** Whether the job is, or not long ago was, at this stage of the node. */
    boolean knows(Held.Key key) {
        return held.containsKey(key) || remembered.contains(key);
    }

    /** A copy, oldest first. */
    List<Held> jobs() {
        return List.copyOf(held.values());
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    boolean anyMatch(Predicate<Held> which) {
        for (Held job : held.values()) {
            if (which.test(job)) {
                return true;
            }
        }
        return false;
    }

    /** The job, still this node's, is lost here. */
    void lose(Held job, LossReason reason) {
        lose(job, lost(reason));
    }

    /** Every job that {@code which} matches is lost here. */
    void loseIf(Predicate<Held> which, LossReason reason) {
        if (anyMatch(which)) {
            jobs().stream().filter(which).forEach(job -> lose(job, reason));
        }
    }

    /** The job, still this node's, is lost where {@code outcome} says. */
    void lose(Held job, Outcome.Lost outcome) {
        if (job.ledger != null && job.present()) {
            job.ledger.lost(outcome.reason());
            priorities.lost(job.job.priority(), outcome.reason());
        }
        switch (job.state) {
            case WAITING -> {
                if (queue.remove(job)) {
                    job.giveUpRoom();
                }
            }
            case OFFERED -> withdraw(job);
            case IN_OUTBOX -> peers.of(job.next()).forget(job);
            case FORWARDED -> peers.of(job.next()).resolve(job.job.id());
            case RUNNING, DONE -> {}
        }
        conclude(job, outcome, job.timings);
    }

    private void withdraw(Held job) {
        Peer peer = peers.of(job.next());
        peer.forget(job);
        if (peer.isUp()) {
            turn.say(new AgentEffect.SendWithdraw(peer.id(), job.job.id()));
        }
    }

    /** The job leaves at an exit here. */
    void complete(Held job, Outcome.Completed outcome) {
        if (job.ledger != null) {
            job.ledger.completed();
        }
        conclude(job, outcome, job.timings);
    }

    /** The job's outcome, from wherever, goes back to where the job came from. */
    void conclude(Held job, Outcome outcome, Timings timings) {
        if (job.state == State.DONE) {
            throw new IllegalStateException("%s has an outcome already".formatted(job.key()));
        }
        job.state = State.DONE;
        job.dropActivation();
        releaseRoom(job);
        forget(job);
        deliver(job.origin, job.job.id(), outcome, timings);
    }

    /** The job moves to another stage of this node; it has no outcome yet. */
    void moveOn(Held job) {
        if (job.ledger != null) {
            job.ledger.forwarded();
        }
        releaseRoom(job);
        forget(job);
    }

    private void forget(Held job) {
        held.remove(job.key());
        remembered.add(job.key());
        if (remembered.size() > REMEMBERED) {
            remembered.remove(remembered.iterator().next());
        }
    }

    private void deliver(Origin origin, JobId id, Outcome outcome, Timings timings) {
        switch (origin) {
            case Origin.Ingress atIngress -> turn.say(ingress.decide(id, outcome, timings, turn.nowNanos()));
            case Origin.Upstream upstream -> {
                if (!ended.contains(upstream.link())) {
                    turn.say(new AgentEffect.SendOutcome(upstream.link(), id, outcome, timings));
                }
            }
        }
    }

    /** Tells a neighbour that its job was lost on arrival. */
    void refuse(PeerLink link, Job job, LossReason reason) {
        turn.say(new AgentEffect.SendOutcome(link, job.id(), lost(reason), job.timings()));
    }

    /** A frame's job has nowhere to go. */
    void refuse(JobId job, LossReason reason) {
        deliver(new Origin.Ingress(), job, lost(reason), Timings.ZERO);
    }

    /** A stream that jobs came by has ended: nobody waits for their outcomes. What is present here is lost. */
    void upstreamDown(PeerLink link) {
        ended.add(link);
        for (Held job : jobs()) {
            if (!isFrom(job, link)) {
                continue;
            }
            if (job.state == State.RUNNING) {
                job.orphaned = true;
            } else if (job.present()) {
                lose(job, LossReason.LINK_LOST);
            }
        }
        ended.removeIf(gone -> !anyMatch(job -> isFrom(job, gone)));
    }

    private static boolean isFrom(Held job, PeerLink link) {
        return job.origin instanceof Origin.Upstream upstream && upstream.link().equals(link);
    }

    /** Gives the job's room back, unless a server or the transport still has its bytes. */
    void releaseRoom(Held job) {
        if (job.hasRoom() && !job.onServer && !job.inTransport) {
            queue.release(job.job.priority(), job.giveUpRoom());
        }
    }

    private Outcome.Lost lost(LossReason reason) {
        return new Outcome.Lost(reason, self);
    }
}
