package dev.offramp.agent.core;

import dev.offramp.agent.core.AgentEffect.Command;
import dev.offramp.agent.core.AgentEffect.Refusal;
import dev.offramp.agent.core.Epochs.Route;
import dev.offramp.agent.core.Held.Origin;
import dev.offramp.agent.queue.BoundedQueue;
import dev.offramp.partition.Chain;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Service;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Timings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One agent's decisions: takes jobs in, queues them, has them run, lets them leave at an exit or sends them on, and
 * sees to it that every job has exactly one outcome. Events and time in, effects out; confined to one thread.
 *
 * <p>What the adapters owe it: ticks; one {@code InferenceFinished} or {@code InferenceFailed} per
 * {@code RunInference}; per {@code SendTransfer} one {@code TransferSent}, or the {@code PeerDown} of its stream; and no
 * event of a stream after that stream's {@code PeerDown} or {@code UpstreamDown}.
 */
public final class AgentCore {
    private final AgentLimits limits;
    private final NodeId self;
    private final Turn turn = new Turn();
    private final Epochs epochs;
    private final IngressDesk ingress;
    private final BoundedQueue<Held> queue;
    private final Peers peers;
    private final PriorityLedger priorities = new PriorityLedger();
    private final Fates fates;
    private final Forwarding forwarding;
    private final Station station;
    private final Arrivals arrivals;
    private boolean saidDrained;

    public AgentCore(AgentLimits limits) {
        this.limits = limits;
        this.self = limits.node();
        this.epochs = new Epochs(self);
        this.ingress = new IngressDesk(limits);
        this.queue = new BoundedQueue<>(limits.capacityJobs(), limits.capacityBytes(), limits.shares());
        this.peers = new Peers(limits, turn);
        this.fates = new Fates(self, turn, ingress, queue, peers, priorities);
        this.forwarding = new Forwarding(turn, queue, peers, fates);
        this.station = new Station(limits, turn, epochs, queue, fates, forwarding, priorities);
        this.arrivals = new Arrivals(limits, turn, epochs, queue, fates, station);
    }

    /** Takes one event; {@code nowNanos} must not go back. */
    public void onEvent(AgentEvent event, long nowNanos, EffectSink effects) {
        turn.begin(nowNanos, effects);
        handle(event);
        station.serve();
        arrivals.grant();
    }

    private void handle(AgentEvent event) {
        switch (event) {
            case AgentEvent.FrameArrived frame -> onFrame(frame);
            case AgentEvent.JobOffered offered -> arrivals.onOffer(offered);
            case AgentEvent.JobTransferred transfer -> arrivals.onTransfer(transfer);
            case AgentEvent.OfferWithdrawn withdrawn -> arrivals.onWithdrawn(withdrawn.from(), withdrawn.job());
            case AgentEvent.UpstreamDown down -> arrivals.onUpstreamDown(down.link());
            case AgentEvent.InferenceFinished finished -> station.onFinished(finished);
            case AgentEvent.InferenceFailed failed -> station.onFailed(failed.run());
            case AgentEvent.PeerUp up -> forwarding.onUp(up.peer());
            case AgentEvent.PeerDown down -> forwarding.onDown(down.peer(), down.reason());
            case AgentEvent.Granted granted -> forwarding.onGranted(granted.peer(), granted.job());
            case AgentEvent.TransferSent sent -> forwarding.onSent(sent);
            case AgentEvent.OutcomeArrived arrived -> forwarding.onOutcome(arrived);
            case AgentEvent.PlacementPrepared prepared -> onPrepared(prepared);
            case AgentEvent.PlacementActivated activated ->
                done(new Command.Activated(activated.epoch()), epochs.activate(activated.epoch()));
            case AgentEvent.PlacementRetired retired -> onRetired(retired.epoch());
            case AgentEvent.PolicyChanged changed ->
                done(
                        new Command.PolicyApplied(
                                changed.policy().service(), changed.policy().version()),
                        ingress.apply(
                                changed.policy(),
                                epochs.ingressService(changed.policy().service())));
            case AgentEvent.DrainRequested drain -> ingress.drain();
            case AgentEvent.Tick tick -> onTick();
        }
    }

    private void done(Command command, String refusal) {
        turn.say(new AgentEffect.CommandDone(command, refusal));
    }

    // Frames.

    private void onFrame(AgentEvent.FrameArrived frame) {
        Optional<Refusal> closed = ingress.closed();
        Optional<Service> service = epochs.ingressService(frame.service());
        if (closed.isPresent()) {
            refuse(frame, closed.get(), "this node takes no frame at the moment; retry later or at another ingress");
        } else if (service.isEmpty()) {
            refuse(
                    frame,
                    Refusal.UNKNOWN_SERVICE,
                    "service '%s' takes no frames in at node '%s'".formatted(frame.service(), self));
        } else if (service.get().chains().stream().noneMatch(chain -> fits(frame, chain))) {
            refuse(
                    frame,
                    Refusal.WRONG_SHAPE,
                    "tensor of %d bytes: expected %d"
                            .formatted(
                                    frame.tensor().size(),
                                    inputBytes(service.get().chains().get(0))));
        } else {
            accept(frame, service.get());
        }
    }

    private static boolean fits(AgentEvent.FrameArrived frame, Chain chain) {
        return frame.tensor().size() == inputBytes(chain);
    }

    private static long inputBytes(Chain chain) {
        return chain.hops().get(0).partition().input().bytes();
    }

    private void refuse(AgentEvent.FrameArrived frame, Refusal refusal, String message) {
        frame.tensor().handBack().run();
        turn.say(new AgentEffect.FrameRefused(frame.ticket(), refusal, message));
    }

    private void accept(AgentEvent.FrameArrived frame, Service service) {
        Optional<OrderDraw.Assignment> assignment =
                ingress.assign(service, chain -> fits(frame, chain) && leadsOn(chain));
        JobId id = ingress.accept(frame, epochs.active(), assignment);
        turn.say(new AgentEffect.FrameAccepted(
                frame.ticket(), id, assignment.map(assigned -> assigned.chain().id())));
        assignment.ifPresentOrElse(
                assigned -> start(stamp(id, frame, service, assigned), frame, new Route(service, assigned.chain())),
                () -> {
                    frame.tensor().handBack().run();
                    fates.refuse(id, LossReason.NO_CHAIN);
                });
    }

    private Job stamp(JobId id, AgentEvent.FrameArrived frame, Service service, OrderDraw.Assignment assignment) {
        return new Job(
                id,
                assignment.chain().id(),
                epochs.active(),
                assignment.policyVersion(),
                0,
                assignment.thresholds(),
                Math.min(frame.priority(), service.priority()),
                frame.arrivedNanos() + service.deadline().toNanos(),
                frame.tensor().size(),
                Timings.ZERO);
    }

    private void start(Job job, AgentEvent.FrameArrived frame, Route route) {
        Origin origin = new Origin.Ingress();
        NodeId first = route.hop(0).node();
        if (first.equals(self)) {
            station.enter(job, origin, frame.tensor(), route);
            return;
        }
        Held atIngress = new Held(job, Held.INGRESS_STAGE, origin, null, frame.tensor(), turn.nowNanos());
        fates.hold(atIngress);
        forwarding.send(atIngress, route, first);
    }

    /** Whether every neighbour that this node would send the chain's jobs to can be reached. */
    private boolean leadsOn(Chain chain) {
        NodeId before = self;
        for (Hop hop : chain.hops()) {
            if (before.equals(self)
                    && !hop.node().equals(self)
                    && !peers.of(hop.node()).isUp()) {
                return false;
            }
            before = hop.node();
        }
        return true;
    }

    // Time and placements.

    private void onTick() {
        arrivals.expire();
        fates.loseIf(this::isOver, LossReason.EXPIRED);
        epochs.draining().filter(epoch -> !holdsJobsUpTo(epoch)).ifPresent(epoch -> {
            epochs.saidDrained(epoch);
            turn.say(new AgentEffect.EpochDrained(epoch));
        });
        if (ingress.isDraining() && !saidDrained && ingress.isEmpty() && fates.isEmpty() && arrivals.isEmpty()) {
            saidDrained = true;
            turn.say(new AgentEffect.Drained());
        }
        peers.connect(epochs.neighbours());
    }

    /** Past its deadline; where a server or a neighbour has it, a grace is given for its own word to arrive. */
    private boolean isOver(Held job) {
        long graceNanos =
                switch (job.state) {
                    case WAITING, OFFERED, IN_OUTBOX -> 0;
                    case RUNNING, FORWARDED, DONE -> limits.graceNanos();
                };
        return turn.isPast(job.job.deadlineNanos(), graceNanos);
    }

    private boolean holdsJobsUpTo(long epoch) {
        return ingress.hasOpenJobsUpTo(epoch)
                || arrivals.hasJobsUpTo(epoch)
                || fates.anyMatch(job -> job.job.epoch() <= epoch);
    }

    private void onPrepared(AgentEvent.PlacementPrepared prepared) {
        String refusal = epochs.prepare(prepared.placement());
        peers.connect(epochs.neighbours());
        done(new Command.Prepared(prepared.placement().epoch()), refusal);
    }

    private void onRetired(long epoch) {
        String refusal = epochs.retire(epoch);
        if (refusal.isEmpty()) {
            arrivals.retire(epoch);
            for (Held job : fates.jobs()) {
                if (job.job.epoch() <= epoch && job.present()) {
                    fates.lose(job, LossReason.STALE_EPOCH);
                }
            }
            peers.connect(epochs.neighbours());
        }
        done(new Command.Retired(epoch), refusal);
    }

    // Counters.

    /** The counters now. */
    public CoreSnapshot snapshot() {
        List<Held> jobs = fates.jobs();
        return new CoreSnapshot(
                queue.jobs(),
                queue.bytes(),
                station.busyNanos(),
                epochs.active(),
                ingress.policyVersions(),
                ingress.residual() + station.residual(jobs) + peers.residual(jobs),
                forwarding.lateOutcomes(),
                arrivals.duplicates(),
                ingress.isDraining(),
                station.snapshot(jobs),
                ingress.snapshot(),
                peers.all().stream().map(Peer::snapshot).toList(),
                priorities.snapshot(queue.jobsByPriority()));
    }

    /** The queue's room that nobody holds, in jobs: for tests of the invariants. */
    long roomUnaccounted() {
        Stream<Held> holders = Stream.of(
                        fates.jobs().stream(),
                        station.running().stream(),
                        peers.all().stream().flatMap(Peer::unsent))
                .flatMap(jobs -> jobs);
        return queue.jobs() - holders.distinct().filter(Held::hasRoom).count() - arrivals.onTheirWay();
    }

    /** Jobs and bytes that wait in outboxes: for tests of the invariants. */
    boolean outboxesWithinLimits() {
        return peers.all().stream()
                .allMatch(
                        peer -> peer.outboxJobs() <= limits.outboxJobs() && peer.outboxBytes() <= limits.outboxBytes());
    }
}
