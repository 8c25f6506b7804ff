package dev.offramp.coordinator.control;

import dev.offramp.coordinator.cluster.Membership.Member;
import dev.offramp.coordinator.cluster.NodeRegistration;
import dev.offramp.coordinator.control.pilot.Autopilot;
import dev.offramp.coordinator.control.pilot.Cluster;
import dev.offramp.coordinator.control.pilot.PlanRequest;
import dev.offramp.coordinator.placement.Nearest;
import dev.offramp.coordinator.placement.PlacementPlanner;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Everything the coordinator decides. An event and the time go in, effects come out; {@link #durable()} must be on disk
 * before the effects are carried out. A machine built from what is on disk goes on where the last one stopped, at
 * whatever step that was. Confined to one thread.
 */
public final class ControlMachine {
    /** An agent that has not answered what it was told is told again after this long. */
    static final Duration REPEAT_AFTER = Duration.ofSeconds(30);

    private final ControlState state;
    private final RolloutDriver rollouts;
    private final Predicate<Service> profiled;
    private final Autopilot autopilot;
    private final Cluster cluster;

    /** @param profiled whether the exit profile of a service is known */
    public ControlMachine(Durable durable, long nowNanos, Predicate<Service> profiled) {
        this.state = new ControlState(durable, nowNanos);
        this.rollouts = new RolloutDriver(state);
        this.profiled = profiled;
        this.autopilot = new Autopilot(nowNanos);
        this.cluster = new SteeredCluster(state);
    }

    /** Decides about one event. */
    public List<ControlEffect> on(ControlEvent event, long nowNanos) {
        state.at(nowNanos);
        switch (event) {
            case ControlEvent.NodeAttached attached -> attach(attached.session(), attached.registration());
            case ControlEvent.NodeHeard heard -> heard(heard);
            case ControlEvent.NodeDetached detached ->
                state.session(detached.node(), detached.session()).ifPresent(session -> state.close(detached.node()));
            case ControlEvent.NodeAnswered answered -> answered(answered);
            case ControlEvent.PlacementRequested requested -> placementRequested(requested);
            case ControlEvent.PolicyRequested requested ->
                PolicyDesk.request(state, requested.ticket(), requested.request());
            case ControlEvent.SchedulerRequested requested -> {
                PolicyDesk.choose(state, requested, profiled);
                autopilot.chosen(requested.service());
            }
            case ControlEvent.DrainRequested requested -> state.answer(requested.ticket(), drain(requested.node()));
            case ControlEvent.NodeDrains drains -> drains(drains);
            case ControlEvent.FeedsRequested requested ->
                FeedsDesk.request(state, requested.ticket(), requested.change());
            case ControlEvent.ModelRequested requested -> state.answer(requested.ticket(), described(requested));
            case ControlEvent.Planned planned -> autopilot.planned(planned.plan(), nowNanos, cluster);
            case ControlEvent.Tick tick -> {
                repeat();
                autopilot.tick(nowNanos, cluster).forEach(state::ask);
            }
        }
        if (state.membership().tick(nowNanos)) {
            PolicyDesk.refresh(state);
        }
        rollouts.advance();
        return state.drainEffects();
    }

    private Reply described(ControlEvent.ModelRequested requested) {
        Set<ServiceId> placed = new TreeSet<>();
        cluster.services().forEach(service -> placed.add(service.id()));
        Set<ServiceId> wanted = requested.services().isEmpty() ? placed : requested.services();
        Set<ServiceId> unknown = new TreeSet<>(wanted);
        unknown.removeAll(placed);
        if (!unknown.isEmpty()) {
            return new Reply.Refused(
                    Reply.Kind.NOT_FOUND, "no service %s is placed: expected some of %s".formatted(unknown, placed));
        }
        if (wanted.isEmpty()) {
            return new Reply.Refused(
                    Reply.Kind.UNAVAILABLE,
                    "no placement is active\nPlace a service with 'offramp placement apply', or wait until it is");
        }
        PlanRequest known = autopilot.describe(wanted, cluster);
        if (known.cases().size() < wanted.size()) {
            return new Reply.Refused(
                    Reply.Kind.UNAVAILABLE,
                    "nothing is known of %s yet\nWait for the first telemetry window, %d s"
                            .formatted(wanted, Autopilot.WINDOW.toSeconds()));
        }
        return new Reply.Described(known);
    }

    private void attach(long session, NodeRegistration registration) {
        NodeId node = registration.node();
        Optional<Session> former = state.session(node);
        if (former.isPresent()) {
            NodeRegistration known = state.durable().nodes().get(node);
            if (known != null
                    && known.incarnation() > registration.incarnation()
                    && state.membership().isUp(node)) {
                state.detach(
                        session,
                        node,
                        "a newer agent is attached as %s\nMaybe two agents have one name: give each its own"
                                .formatted(node));
                return;
            }
            state.detach(former.get().id(), node, "it attached again");
        }
        NodeRegistration before = state.durable().nodes().get(node);
        autopilot.forget(node);
        if (before != null && before.incarnation() != registration.incarnation()) {
            state.isReturning(node);
            state.drainsNoMore(node);
        }
        state.keep(state.durable()
                .withNode(registration)
                .withHighestEpoch(registration.seen().epoch()));
        state.membership().register(registration, state.nowNanos());
        Session opened = new Session(session, node);
        state.open(opened);
        rollouts.synchronise(opened);
        FeedsDesk.synchronise(state, opened);
        PolicyDesk.refresh(state);
    }

    private void heard(ControlEvent.NodeHeard heard) {
        if (state.session(heard.node(), heard.session()).isPresent()) {
            boolean wasUp = state.membership().isUp(heard.node());
            state.membership().heard(heard.node(), state.nowNanos());
            autopilot.heard(heard.node(), heard.report());
            if (!wasUp) {
                PolicyDesk.refresh(state);
            }
        }
    }

    /** The policy goes out before the command, so that as few jobs as can be meet a closed door. */
    private Reply drain(NodeId node) {
        Optional<Session> session = state.session(node);
        if (session.isEmpty()) {
            List<String> attached = state.sessions().stream()
                    .map(one -> one.node().value())
                    .sorted()
                    .toList();
            return new Reply.Refused(
                    state.durable().nodes().containsKey(node) ? Reply.Kind.UNAVAILABLE : Reply.Kind.NOT_FOUND,
                    "node '%s' is not attached%s".formatted(node, Nearest.hint(node.value(), attached)));
        }
        state.drains(node);
        PolicyDesk.refresh(state);
        state.send(session.get(), new NodeCommand.Drain());
        return new Reply.Draining(node);
    }

    private void drains(ControlEvent.NodeDrains drains) {
        if (state.session(drains.node(), drains.session()).isPresent() && state.isUsable(drains.node())) {
            state.drains(drains.node());
            PolicyDesk.refresh(state);
        }
    }

    private void answered(ControlEvent.NodeAnswered answered) {
        state.session(answered.node(), answered.session())
                .ifPresent(session -> session.answered(answered.command(), answered.error()));
        if (answered.command() instanceof NodeCommand.Id.FeedsApplied applied) {
            FeedsDesk.answered(state, applied.version());
        }
        boolean refusesTarget = !answered.error().isEmpty()
                && answered.command() instanceof NodeCommand.Id.Activated activated
                && state.durable()
                        .rollout()
                        .filter(rollout -> rollout.target().epoch() == activated.epoch())
                        .isPresent();
        if (refusesTarget) {
            state.answerRollout(new Reply.Refused(
                    Reply.Kind.FAILED,
                    "node %s cannot activate the placement: %s\nThe coordinator goes on trying: see 'offramp placement show'"
                            .formatted(answered.node(), answered.error())));
        }
    }

    private void placementRequested(ControlEvent.PlacementRequested requested) {
        Durable durable = state.durable();
        if (durable.rollout().isPresent()) {
            state.answer(
                    requested.ticket(),
                    new Reply.Refused(
                            Reply.Kind.CONFLICT,
                            "epoch %d is on its way to the nodes\nWait until 'offramp placement show' says that it is active"
                                    .formatted(durable.rollout().get().target().epoch())));
            return;
        }
        PlacementPlanner planner =
                new PlacementPlanner(requested.models(), state.membership()::member, durable.active());
        switch (planner.plan(requested.request(), durable.highestEpoch() + 1)) {
            case PlacementPlanner.Result.Rejected rejected ->
                state.answer(requested.ticket(), new Reply.Refused(kind(rejected), rejected.text()));
            case PlacementPlanner.Result.Planned planned -> begin(requested.ticket(), planned.placement());
        }
    }

    private void begin(long ticket, Placement target) {
        Placement active = state.durable().active();
        if (active.epoch() > 0
                && target.services().equals(active.services())
                && target.dataAddresses().equals(active.dataAddresses())) {
            state.answer(ticket, new Reply.Applied(active.epoch()));
            return;
        }
        state.waitsForRollout(ticket);
        rollouts.begin(target);
    }

    private static Reply.Kind kind(PlacementPlanner.Result.Rejected rejected) {
        return switch (rejected.worst()) {
            case WRONG -> Reply.Kind.INVALID;
            case UNKNOWN -> Reply.Kind.NOT_FOUND;
            case DOWN -> Reply.Kind.UNAVAILABLE;
        };
    }

    /** Commands may be lost with a connection or at a busy agent: what is not answered is repeated. */
    private void repeat() {
        for (Session session : List.copyOf(state.sessions())) {
            if (state.nowNanos() - session.toldNanos() > REPEAT_AFTER.toNanos()
                    && state.membership().isUp(session.node())) {
                if (rollouts.isBehind(session)) {
                    rollouts.synchronise(session);
                }
                if (FeedsDesk.isBehind(state, session)) {
                    FeedsDesk.synchronise(state, session);
                }
            }
        }
    }

    /** What must be on disk before the last effects are carried out. */
    public Durable durable() {
        return state.durable();
    }

    /** The agent's connection. */
    java.util.OptionalLong sessionOf(NodeId node) {
        return state.session(node)
                .map(session -> java.util.OptionalLong.of(session.id()))
                .orElse(java.util.OptionalLong.empty());
    }

    /** What operators may see. */
    public ClusterView view() {
        TreeMap<NodeId, ClusterView.NodeView> nodes = new TreeMap<>();
        for (Member member : state.membership().members()) {
            Optional<Session> session = state.session(member.node());
            nodes.put(
                    member.node(),
                    new ClusterView.NodeView(
                            member,
                            session.map(Session::prepared).orElse(0L),
                            session.map(Session::activated).orElse(0L),
                            session.map(one -> Map.copyOf(one.policies())).orElse(Map.of()),
                            session.map(Session::problem).orElse("")));
        }
        return new ClusterView(state.durable(), nodes, autopilot.decisions());
    }
}
