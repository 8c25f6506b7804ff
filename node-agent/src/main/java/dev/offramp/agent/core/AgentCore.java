package dev.offramp.agent.core;

import dev.offramp.agent.core.AgentEffect.Command;
import dev.offramp.agent.core.Epochs.Route;
import dev.offramp.agent.core.Held.Origin;
import dev.offramp.agent.core.Held.State;
import dev.offramp.agent.exit.ExitGate;
import dev.offramp.agent.exit.ExitGate.Decision;
import dev.offramp.agent.queue.Admission;
import dev.offramp.agent.queue.BoundedQueue;
import dev.offramp.partition.Chain;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Partition;
import dev.offramp.partition.Service;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One agent's decisions: takes jobs in, queues them, has them run, lets them leave at an exit or sends them on, and
 * sees to it that every job has exactly one outcome. Events and time in, effects out; confined to one thread.
 */
public final class AgentCore {
    /** Jobs remembered after their outcome, so that one that arrives again is known. */
    private static final int REMEMBERED = 1024;

    private static final Origin INGRESS = new Origin.Ingress();

    private final AgentLimits limits;
    private final NodeId self;
    private final Epochs epochs;
    private final IngressDesk ingress;
    private final BoundedQueue<Held> queue;
    private final Offers offers;
    private final Map<Held.Key, Held> held = new LinkedHashMap<>();
    private final Map<Long, Held> runs = new HashMap<>();
    private final Map<NodeId, Peer> peers = new TreeMap<>();
    private final Map<NodeId, String> addresses = new HashMap<>();
    private final Map<HopLedger.Key, HopLedger> ledgers = new HashMap<>();
    private final Set<Held.Key> remembered = new LinkedHashSet<>();
    private final Set<PeerLink> ended = new LinkedHashSet<>();
    private long lastRun;
    private long busyNanos;
    private long lateOutcomes;
    private long duplicates;
    private boolean saidDrained;

    private long now;
    private EffectSink effects = effect -> {};

    public AgentCore(AgentLimits limits) {
        this.limits = limits;
        this.self = limits.node();
        this.epochs = new Epochs(self);
        this.ingress = new IngressDesk(limits);
        this.queue = new BoundedQueue<>(limits.capacityJobs(), limits.capacityBytes());
        this.offers = new Offers(queue, limits.offersPerLink());
    }

    /** Takes one event; {@code nowNanos} must not go back. */
    public void onEvent(AgentEvent event, long nowNanos, EffectSink effects) {
        this.now = nowNanos;
        this.effects = effects;
        switch (event) {
            case AgentEvent.FrameArrived frame -> onFrame(frame);
            case AgentEvent.JobOffered offer -> onOffer(offer);
            case AgentEvent.JobTransferred transfer -> onTransfer(transfer);
            case AgentEvent.OfferWithdrawn withdrawn -> offers.withdraw(withdrawn.from(), withdrawn.job());
            case AgentEvent.UpstreamDown down -> onUpstreamDown(down.link());
            case AgentEvent.InferenceFinished finished -> onFinished(finished);
            case AgentEvent.InferenceFailed failed -> onFailed(failed.run());
            case AgentEvent.PeerUp up -> peer(up.peer()).up();
            case AgentEvent.PeerDown down -> onPeerDown(down.peer(), down.reason());
            case AgentEvent.Granted granted -> onGranted(granted.peer(), granted.job());
            case AgentEvent.TransferSent sent -> onSent(sent.peer(), sent.job());
            case AgentEvent.OutcomeArrived arrived -> onOutcome(arrived);
            case AgentEvent.PlacementPrepared prepared -> {
                String refusal = epochs.prepare(prepared.placement());
                connect();
                done(new Command.Prepared(prepared.placement().epoch()), refusal);
            }
            case AgentEvent.PlacementActivated activated ->
                done(new Command.Activated(activated.epoch()), epochs.activate(activated.epoch()));
            case AgentEvent.PlacementRetired retired -> onRetired(retired.epoch());
            case AgentEvent.PolicyChanged changed ->
                done(
                        new Command.PolicyApplied(
                                changed.policy().service(), changed.policy().version()),
                        ingress.apply(changed.policy()));
            case AgentEvent.DrainRequested drain -> ingress.drain();
            case AgentEvent.Tick tick -> onTick();
        }
        serve();
        offers.grant((link, job) -> effects.accept(new AgentEffect.SendGrant(link, job.id())));
    }

    private void done(Command command, String refusal) {
        effects.accept(new AgentEffect.CommandDone(command, refusal));
    }

    // Frames.

    private void onFrame(AgentEvent.FrameArrived frame) {
        Optional<AgentEffect.Refusal> closed = ingress.closed();
        if (closed.isPresent()) {
            refuse(frame, closed.get(), "this node takes no frame at the moment; retry later or at another ingress");
            return;
        }
        Optional<Service> service = epochs.ingressService(frame.service());
        if (service.isEmpty()) {
            refuse(
                    frame,
                    AgentEffect.Refusal.UNKNOWN_SERVICE,
                    "service '%s' takes no frames in at node '%s'".formatted(frame.service(), self));
            return;
        }
        long expected =
                service.get().chains().get(0).hops().get(0).partition().input().bytes();
        if (frame.tensor().size() != expected) {
            refuse(
                    frame,
                    AgentEffect.Refusal.WRONG_SHAPE,
                    "tensor of %d bytes: expected %d".formatted(frame.tensor().size(), expected));
            return;
        }
        accept(frame, service.get());
    }

    private void refuse(AgentEvent.FrameArrived frame, AgentEffect.Refusal refusal, String message) {
        effects.accept(new AgentEffect.FrameRefused(frame.ticket(), refusal, message));
    }

    private void accept(AgentEvent.FrameArrived frame, Service service) {
        Optional<IngressDesk.Assignment> assignment = ingress.assign(service, this::leadsOn);
        JobId id = ingress.accept(frame, epochs.active(), assignment);
        effects.accept(new AgentEffect.FrameAccepted(
                frame.ticket(), id, assignment.map(assigned -> assigned.chain().id())));
        if (assignment.isEmpty()) {
            deliver(INGRESS, id, lost(LossReason.NO_CHAIN), Timings.ZERO);
            return;
        }
        Chain chain = assignment.get().chain();
        Job job = new Job(
                id,
                chain.id(),
                epochs.active(),
                assignment.get().policy().version(),
                0,
                assignment.get().policy().thresholdsOf(chain.id()),
                frame.priority(),
                frame.arrivedNanos() + service.deadline().toNanos(),
                frame.tensor().size(),
                Timings.ZERO);
        Route route = new Route(service, chain);
        if (route.hop(0).node().equals(self)) {
            enter(job, INGRESS, frame.tensor(), route, false);
        } else {
            Held atIngress = new Held(job, Held.INGRESS_STAGE, INGRESS, null, frame.tensor(), now);
            held.put(atIngress.key(), atIngress);
            send(atIngress, route, route.hop(0).node());
        }
    }

    /** Whether every neighbour that this node would send the chain's jobs to can be reached. */
    private boolean leadsOn(Chain chain) {
        NodeId before = self;
        for (Hop hop : chain.hops()) {
            boolean mine = before.equals(self);
            if (mine && !hop.node().equals(self) && !peer(hop.node()).isUp()) {
                return false;
            }
            before = hop.node();
        }
        return true;
    }

    // Jobs from neighbours.

    private void onOffer(AgentEvent.JobOffered offer) {
        Job job = offer.job();
        Optional<LossReason> wrong = wrongWith(job);
        if (wrong.isPresent()) {
            reply(offer.from(), job, wrong.get());
        } else if (!offers.add(new Offers.Offer(offer.from(), job))) {
            reply(offer.from(), job, LossReason.QUEUE_FULL);
        }
    }

    private void onTransfer(AgentEvent.JobTransferred transfer) {
        Job job = transfer.job();
        Held.Key key = new Held.Key(job.id(), job.hop());
        if (held.containsKey(key) || remembered.contains(key)) {
            duplicates++;
            return;
        }
        boolean roomKept = offers.redeem(job);
        Optional<LossReason> wrong = transfer.activation().size() == job.activationBytes()
                ? wrongWith(job)
                : Optional.of(LossReason.MODEL_MISMATCH);
        if (wrong.isPresent()) {
            if (roomKept) {
                queue.release(job.activationBytes());
            }
            reply(transfer.from(), job, wrong.get());
            return;
        }
        Route route = epochs.route(job.epoch(), job.chain()).orElseThrow();
        enter(job, new Origin.Upstream(transfer.from()), transfer.activation(), route, roomKept);
    }

    private Optional<LossReason> wrongWith(Job job) {
        Optional<Route> route = epochs.route(job.epoch(), job.chain());
        if (route.isEmpty()) {
            return Optional.of(LossReason.STALE_EPOCH);
        }
        List<Hop> hops = route.get().chain().hops();
        boolean fits = job.hop() >= 0
                && job.hop() < hops.size()
                && hops.get(job.hop()).node().equals(self)
                && hops.get(job.hop()).partition().input().bytes() == job.activationBytes()
                && job.thresholds().exits() == route.get().chain().exits();
        return fits ? Optional.empty() : Optional.of(LossReason.MODEL_MISMATCH);
    }

    private void reply(PeerLink link, Job job, LossReason reason) {
        effects.accept(new AgentEffect.SendOutcome(link, job.id(), lost(reason), job.timings()));
    }

    // The station: queue and servers.

    private void enter(Job job, Origin origin, Activation activation, Route route, boolean roomKept) {
        HopLedger ledger = ledgers.computeIfAbsent(new HopLedger.Key(job.chain(), job.hop()), HopLedger::new);
        Held arrival = new Held(job, job.hop(), origin, ledger, activation, now);
        held.put(arrival.key(), arrival);
        ledger.received();
        arrival.room = activation.size();
        if (roomKept) {
            queue.enter(arrival, job.priority(), arrival.room);
            return;
        }
        Admission<Held> admission = route.service().overflow() == Overflow.DROP_OLDEST
                ? queue.offerEvicting(arrival, job.priority(), arrival.room)
                : queue.offer(arrival, job.priority(), arrival.room);
        switch (admission) {
            case Admission.Refused<Held> refused -> {
                arrival.room = -1;
                lose(arrival, LossReason.QUEUE_FULL);
            }
            case Admission.Admitted<Held> admitted -> {
                for (Held evicted : admitted.evicted()) {
                    evicted.room = -1;
                    lose(evicted, LossReason.QUEUE_FULL);
                }
            }
        }
    }

    private void serve() {
        while (runs.size() < limits.servers()) {
            Optional<Held> next = queue.poll();
            if (next.isEmpty()) {
                return;
            }
            Held job = next.get();
            if (expired(job, 0)) {
                lose(job, LossReason.EXPIRED);
                continue;
            }
            job.state = State.RUNNING;
            job.timings = job.timings.plus(now - job.sinceNanos, 0);
            runs.put(++lastRun, job);
            effects.accept(new AgentEffect.RunInference(
                    lastRun, new HopKey(job.job.epoch(), job.job.chain(), job.stage), job.takeActivation()));
        }
    }

    private void onFailed(long run) {
        Held job = runs.remove(run);
        if (job == null) {
            return;
        }
        if (job.state == State.DONE) {
            releaseRoom(job);
        } else {
            lose(job, LossReason.EXECUTION);
        }
    }

    private void onFinished(AgentEvent.InferenceFinished finished) {
        Held job = runs.remove(finished.run());
        if (job == null) {
            return;
        }
        busyNanos += finished.computeNanos();
        if (job.ledger != null) {
            job.ledger.served(finished.computeNanos());
        }
        job.timings = job.timings.plus(0, finished.computeNanos());
        Optional<Route> route = epochs.route(job.job.epoch(), job.job.chain());
        if (job.state == State.DONE) {
            releaseRoom(job);
        } else if (job.orphaned) {
            lose(job, LossReason.LINK_LOST);
        } else if (expired(job, 0)) {
            lose(job, LossReason.EXPIRED);
        } else if (route.isEmpty()) {
            lose(job, LossReason.STALE_EPOCH);
        } else {
            atExits(job, finished, route.get());
        }
    }

    private void atExits(Held job, AgentEvent.InferenceFinished finished, Route route) {
        Partition partition = route.hop(job.stage).partition();
        if (finished.scores().size() != partition.exits().size()) {
            lose(job, LossReason.EXECUTION);
            return;
        }
        Decision decision = ExitGate.decide(
                partition.exits(),
                finished.scores(),
                route.service().scores(),
                job.job.thresholds(),
                route.chain().exits());
        switch (decision) {
            case Decision.Leave leave -> complete(job, leave);
            case Decision.Broken broken -> lose(job, LossReason.EXECUTION);
            case Decision.GoOn goOn -> advance(job, finished.output(), route);
        }
    }

    private void complete(Held job, Decision.Leave leave) {
        if (job.ledger != null) {
            job.ledger.completed();
        }
        releaseRoom(job);
        conclude(job, new Outcome.Completed(leave.exit(), leave.label(), leave.confidence()), job.timings);
    }

    private void advance(Held job, Optional<Activation> output, Route route) {
        if (route.isLast(job.stage)
                || output.isEmpty()
                || output.get().size()
                        != route.hop(job.stage + 1).partition().input().bytes()) {
            lose(job, LossReason.EXECUTION);
            return;
        }
        job.activation = output.get();
        NodeId next = route.hop(job.stage + 1).node();
        if (!next.equals(self)) {
            send(job, route, next);
            return;
        }
        if (job.ledger != null) {
            job.ledger.forwarded();
        }
        releaseRoom(job);
        forget(job);
        Activation activation = job.takeActivation();
        enter(onward(job, activation.size()), job.origin, activation, route, false);
    }

    private static Job onward(Held job, long activationBytes) {
        return job.job.withTimings(job.timings).atHop(job.stage + 1, activationBytes);
    }

    // Neighbours.

    /** Sends a job on, or offers it first where the service blocks; it keeps its room here until it is handed over. */
    private void send(Held job, Route route, NodeId next) {
        Peer peer = peer(next);
        job.next = next;
        if (!peer.isUp()) {
            lose(job, peer.downReason());
            return;
        }
        long bytes = job.activation == null ? 0 : job.activation.size();
        if (route.service().overflow() == Overflow.BLOCK) {
            if (job.room < 0 && !queue.reserve(bytes)) {
                lose(job, LossReason.QUEUE_FULL);
                return;
            }
            job.room = job.room < 0 ? bytes : job.room;
            job.state = State.OFFERED;
            peer.offer(job);
            effects.accept(new AgentEffect.SendOffer(next, onward(job, bytes)));
            return;
        }
        releaseRoom(job);
        if (peer.windowOpen()) {
            transfer(peer, job);
            return;
        }
        if (route.service().overflow() == Overflow.DROP_OLDEST && bytes <= limits.outboxBytes()) {
            while (!peer.fitsOutbox(bytes)) {
                lose(peer.oldestInOutbox().orElseThrow(), LossReason.LINK_FULL);
            }
        }
        if (peer.fitsOutbox(bytes)) {
            job.state = State.IN_OUTBOX;
            peer.enqueue(job, bytes);
        } else {
            lose(job, LossReason.LINK_FULL);
        }
    }

    private void transfer(Peer peer, Held job) {
        Activation activation = job.takeActivation();
        job.state = State.FORWARDED;
        if (job.ledger != null) {
            job.ledger.forwarded();
        }
        peer.transfer(job);
        NodeId next = job.next;
        if (next != null) {
            effects.accept(new AgentEffect.SendTransfer(next, onward(job, activation.size()), activation));
        }
    }

    private void onGranted(NodeId from, JobId id) {
        Held job = peer(from).granted(id);
        if (job != null) {
            transfer(peer(from), job);
        }
    }

    private void onSent(NodeId to, JobId id) {
        Peer peer = peer(to);
        Held job = peer.handedOver(id);
        if (job != null) {
            releaseRoom(job);
        }
        peer.nextFromOutbox().ifPresent(next -> transfer(peer, next));
    }

    private void onOutcome(AgentEvent.OutcomeArrived arrived) {
        Peer peer = peer(arrived.peer());
        Held job = peer.resolve(arrived.job());
        if (job != null) {
            conclude(job, arrived.outcome(), arrived.timings());
            return;
        }
        Held offered = peer.granted(arrived.job());
        if (offered == null) {
            lateOutcomes++;
        } else if (arrived.outcome() instanceof Outcome.Lost refused) {
            lose(offered, refused.reason());
        } else {
            lose(offered, LossReason.EXECUTION);
        }
    }

    private void onPeerDown(NodeId id, LossReason reason) {
        Peer.Casualties casualties = peer(id).down(reason);
        casualties.unsent().forEach(this::releaseRoom);
        for (Held job : casualties.pending()) {
            conclude(job, new Outcome.Lost(reason, id), job.timings);
        }
        casualties.notSent().forEach(job -> lose(job, reason));
    }

    private void onUpstreamDown(PeerLink link) {
        offers.dropAll(link);
        ended.add(link);
        for (Held job : List.copyOf(held.values())) {
            if (!(job.origin instanceof Origin.Upstream upstream)
                    || !upstream.link().equals(link)) {
                continue;
            }
            if (job.state == State.RUNNING) {
                job.orphaned = true;
            } else if (job.present()) {
                lose(job, LossReason.LINK_LOST);
            }
        }
        ended.retainAll(linksInUse());
    }

    private Set<PeerLink> linksInUse() {
        Set<PeerLink> links = new LinkedHashSet<>();
        for (Held job : held.values()) {
            if (job.origin instanceof Origin.Upstream upstream) {
                links.add(upstream.link());
            }
        }
        return links;
    }

    // Outcomes.

    /** The job, still this node's, is lost here. */
    private void lose(Held job, LossReason reason) {
        if (job.ledger != null && job.present()) {
            job.ledger.lost(reason);
        }
        switch (job.state) {
            case WAITING -> {
                if (queue.remove(job)) {
                    job.room = -1;
                }
            }
            case OFFERED, IN_OUTBOX -> withdraw(job);
            case RUNNING, FORWARDED, DONE -> {}
        }
        if (!runs.containsValue(job)) {
            releaseRoom(job);
        }
        conclude(job, lost(reason), job.timings);
    }

    private void withdraw(Held job) {
        NodeId next = job.next;
        if (next == null) {
            return;
        }
        Peer peer = peer(next);
        peer.forget(job);
        if (job.state == State.OFFERED && peer.isUp()) {
            effects.accept(new AgentEffect.SendWithdraw(next, job.job.id()));
        }
    }

    private void conclude(Held job, Outcome outcome, Timings timings) {
        if (job.state == State.DONE) {
            throw new IllegalStateException("%s has an outcome already".formatted(job.key()));
        }
        job.state = State.DONE;
        job.activation = null;
        forget(job);
        deliver(job.origin, job.job.id(), outcome, timings);
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
            case Origin.Ingress atIngress ->
                ingress.decide(id, outcome, timings, now).ifPresentOrElse(effects::accept, () -> lateOutcomes++);
            case Origin.Upstream upstream -> {
                if (!ended.contains(upstream.link())) {
                    effects.accept(new AgentEffect.SendOutcome(upstream.link(), id, outcome, timings));
                }
            }
        }
    }

    private Outcome lost(LossReason reason) {
        return new Outcome.Lost(reason, self);
    }

    private void releaseRoom(Held job) {
        if (job.room >= 0) {
            queue.release(job.room);
            job.room = -1;
        }
    }

    // Time and placements.

    private void onTick() {
        for (Offers.Offer offer : offers.expire(now, limits.graceNanos())) {
            reply(offer.from(), offer.job(), LossReason.EXPIRED);
        }
        for (Held job : List.copyOf(held.values())) {
            boolean gone =
                    switch (job.state) {
                        case WAITING, OFFERED, IN_OUTBOX -> expired(job, 0);
                        case RUNNING, FORWARDED -> expired(job, limits.graceNanos());
                        case DONE -> false;
                    };
            if (gone) {
                if (job.state == State.FORWARDED && job.next != null) {
                    peer(job.next).resolve(job.job.id());
                }
                lose(job, LossReason.EXPIRED);
            }
        }
        epochs.draining().filter(epoch -> !holdsJobsUpTo(epoch)).ifPresent(epoch -> {
            epochs.saidDrained(epoch);
            effects.accept(new AgentEffect.EpochDrained(epoch));
        });
        if (ingress.isDraining() && !saidDrained && ingress.isEmpty() && held.isEmpty()) {
            saidDrained = true;
            effects.accept(new AgentEffect.Drained());
        }
        connect();
    }

    private boolean expired(Held job, long graceNanos) {
        return now - job.job.deadlineNanos() >= graceNanos;
    }

    private boolean holdsJobsUpTo(long epoch) {
        return ingress.hasOpenJobsUpTo(epoch) || held.values().stream().anyMatch(job -> job.job.epoch() <= epoch);
    }

    private void onRetired(long epoch) {
        String refusal = epochs.retire(epoch);
        if (refusal.isEmpty()) {
            offers.retire(epoch).forEach(offer -> reply(offer.from(), offer.job(), LossReason.STALE_EPOCH));
            for (Held job : List.copyOf(held.values())) {
                if (job.job.epoch() <= epoch && job.present()) {
                    lose(job, LossReason.STALE_EPOCH);
                }
            }
            connect();
        }
        done(new Command.Retired(epoch), refusal);
    }

    /** Opens streams to the neighbours of all living placements, closes idle ones to others. */
    private void connect() {
        Map<NodeId, String> wanted = epochs.neighbours();
        wanted.forEach((id, address) -> {
            peers.computeIfAbsent(id, unknown -> new Peer(unknown, limits));
            if (!address.equals(addresses.put(id, address))) {
                effects.accept(new AgentEffect.Connect(id, address));
            }
        });
        for (NodeId id : List.copyOf(peers.keySet())) {
            if (!wanted.containsKey(id) && peer(id).idle()) {
                peers.remove(id);
                addresses.remove(id);
                effects.accept(new AgentEffect.Disconnect(id));
            }
        }
    }

    /** A neighbour; one that is not connected is down. */
    private Peer peer(NodeId id) {
        Peer known = peers.get(id);
        return known == null ? new Peer(id, limits) : known;
    }

    /** The counters now. */
    public CoreSnapshot snapshot() {
        Map<HopLedger.Key, Long> present = new HashMap<>();
        for (Held job : held.values()) {
            if (job.present() && job.ledger != null) {
                present.merge(new HopLedger.Key(job.job.chain(), job.stage), 1L, Long::sum);
            }
        }
        long residual = ingress.residual();
        List<CoreSnapshot.Hop> hops = new ArrayList<>();
        for (Map.Entry<HopLedger.Key, HopLedger> entry : ledgers.entrySet()) {
            long here = present.getOrDefault(entry.getKey(), 0L);
            residual += Math.abs(entry.getValue().residual(here));
            hops.add(entry.getValue().snapshot(here));
        }
        List<CoreSnapshot.Link> links = new ArrayList<>();
        for (Peer peer : peers.values()) {
            residual += Math.abs(peer.residual());
            links.add(peer.snapshot());
        }
        return new CoreSnapshot(
                queue.jobs(),
                queue.bytes(),
                busyNanos,
                epochs.active(),
                ingress.policyVersions(),
                residual,
                lateOutcomes,
                duplicates,
                hops,
                ingress.snapshot(),
                links);
    }

    /** The queue's room that nobody holds: for tests of the invariants. */
    int roomUnaccounted() {
        long rooms = held.values().stream().filter(job -> job.room >= 0).count()
                + runs.values().stream()
                        .filter(job -> job.state == State.DONE && job.room >= 0)
                        .count();
        return (int) (queue.jobs() - rooms - offers.onTheirWay());
    }
}
