package dev.offramp.coordinator.control;

import dev.offramp.coordinator.cluster.NodeState;
import dev.offramp.coordinator.control.Rollout.Kind;
import dev.offramp.coordinator.control.Rollout.Phase;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Service;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Brings placements to the nodes, make before break: PREPARE on all → all acknowledged → ACTIVATE → RETIRE the old ones
 * when their jobs have drained. An operator's placement that a node cannot prepare is undone: the former one is issued
 * again under a newer epoch, so that epochs never go back and no node keeps what was undone. From ACTIVATING on there is
 * no way back. Confined to the machine.
 */
final class RolloutDriver {
    /** Longest preparation: every node fetches, verifies and warms up within it. */
    static final Duration PREPARE_PATIENCE = Duration.ofMinutes(5);

    /** What jobs of an old placement get beyond their deadline before their partitions go. */
    static final Duration DRAIN_MARGIN = Duration.ofSeconds(1);

    private final ControlState state;
    private long phaseSinceNanos;
    private long completedNanos;
    private boolean retireSent;

    RolloutDriver(ControlState state) {
        this.state = state;
        this.phaseSinceNanos = state.nowNanos();
        this.completedNanos = state.nowNanos();
    }

    /** An operator's placement sets out; its epoch must be new. */
    void begin(Placement target) {
        state.keep(state.durable().withUndone("").withRollout(new Rollout(Kind.APPLY, Phase.PREPARING, target)));
        prepare(target);
    }

    private void reissue() {
        Durable durable = state.durable();
        Map<NodeId, String> addresses = new HashMap<>();
        durable.active()
                .dataAddresses()
                .forEach((node, address) ->
                        addresses.put(node, currentAddress(node).orElse(address)));
        Placement target =
                new Placement(durable.highestEpoch() + 1, durable.active().services(), addresses);
        state.keep(durable.withRollout(new Rollout(Kind.REISSUE, Phase.PREPARING, target)));
        prepare(target);
    }

    private void prepare(Placement target) {
        phaseSinceNanos = state.nowNanos();
        state.broadcast(new NodeCommand.Prepare(target));
    }

    private Optional<String> currentAddress(NodeId node) {
        return Optional.ofNullable(state.durable().nodes().get(node)).map(registration -> registration.dataAddress());
    }

    /** Everything an agent needs that has just attached, or that did not answer. */
    void synchronise(Session session) {
        Durable durable = state.durable();
        Optional<Rollout> rollout = durable.rollout();
        boolean activating = rollout.isPresent() && rollout.get().phase() == Phase.ACTIVATING;
        if (!activating && durable.active().epoch() > 0) {
            long epoch = durable.active().epoch();
            state.send(session, new NodeCommand.Prepare(durable.active()));
            sendPolicies(session);
            state.send(session, new NodeCommand.Activate(epoch));
            boolean drained = retireSent || durable.retirement().isEmpty();
            if (drained && epoch > 1) {
                state.send(session, new NodeCommand.Retire(epoch - 1));
            }
        }
        rollout.ifPresent(moving -> state.send(session, new NodeCommand.Prepare(moving.target())));
        if (activating) {
            sendPolicies(session);
            state.send(session, new NodeCommand.Activate(rollout.get().target().epoch()));
        }
    }

    private void sendPolicies(Session session) {
        state.durable()
                .policies()
                .values()
                .forEach(policy -> state.send(session, new NodeCommand.ApplyPolicy(policy.effective())));
    }

    /** Takes every step that can be taken now. */
    void advance() {
        if (state.durable().rollout().isEmpty() && needsReissue()) {
            reissue();
        }
        if (phase() == Phase.PREPARING) {
            advancePreparing();
        }
        if (phase() == Phase.ACTIVATING) {
            advanceActivating();
        }
        advanceReturning();
        advanceRetirement();
    }

    /** A node that came back has its place again when it has activated what is in force, under its present address. */
    private void advanceReturning() {
        Durable durable = state.durable();
        boolean activating = phase() == Phase.ACTIVATING;
        for (NodeId node : state.returning()) {
            boolean ready = !activating
                    && !needsReissue(node)
                    && state.session(node)
                            .filter(session ->
                                    session.hasActivated(durable.active().epoch()))
                            .isPresent();
            if (ready) {
                state.hasReturned(node);
                PolicyDesk.refresh(state);
            }
        }
    }

    private @Nullable Phase phase() {
        return state.durable().rollout().map(Rollout::phase).orElse(null);
    }

    private boolean needsReissue() {
        return state.durable().active().dataAddresses().keySet().stream().anyMatch(this::needsReissue);
    }

    /** A node of the placement has moved, or has seen a newer epoch than the one in force. */
    private boolean needsReissue(NodeId node) {
        Placement active = state.durable().active();
        String address = active.dataAddresses().get(node);
        var registration = state.durable().nodes().get(node);
        return address != null
                && registration != null
                && (!registration.dataAddress().equals(address)
                        || registration.seen().epoch() > active.epoch());
    }

    private void advancePreparing() {
        Rollout rollout = state.durable().rollout().orElseThrow();
        long epoch = rollout.target().epoch();
        boolean late = state.nowNanos() - phaseSinceNanos > PREPARE_PATIENCE.toNanos();
        boolean all = true;
        for (NodeId node : new TreeSet<>(rollout.target().dataAddresses().keySet())) {
            Optional<Session> session = state.session(node);
            boolean prepared = session.isPresent() && session.get().hasPrepared(epoch);
            boolean refused = session.isPresent() && session.get().hasRefusedToPrepare(epoch);
            if (rollout.kind() == Kind.APPLY && !prepared && (refused || late || state.isGone(node))) {
                undo(node, session, late);
                return;
            }
            all &= prepared || (rollout.kind() == Kind.REISSUE && (refused || late || state.isGone(node)));
        }
        if (all) {
            activate(rollout);
        }
    }

    private void undo(NodeId node, Optional<Session> session, boolean late) {
        Rollout rollout = state.durable().rollout().orElseThrow();
        String why = session.filter(
                        one -> one.hasRefusedToPrepare(rollout.target().epoch()))
                .map(one -> "node %s could not prepare it: %s".formatted(node, one.problem()))
                .orElseGet(() -> late
                        ? "node %s did not prepare it within %d s".formatted(node, PREPARE_PATIENCE.toSeconds())
                        : "node %s went down before it had prepared it".formatted(node));
        String text = "epoch %d is undone: %s".formatted(rollout.target().epoch(), why);
        state.keep(state.durable().withUndone(text));
        reissue();
        state.answerRollout(new Reply.Refused(
                Reply.Kind.FAILED, text + "\nThe former placement serves on; mend the node and apply again"));
    }

    /** The point of no return: kept on disk, with the policies that fit, before any node hears of it. */
    private void activate(Rollout rollout) {
        Durable before = state.durable();
        Durable durable = before.withRollout(rollout.in(Phase.ACTIVATING));
        for (Service service : rollout.target().services()) {
            durable = fitted(durable, service);
        }
        state.keep(durable);
        durable.policies().forEach((service, policy) -> {
            if (!before.policies().containsKey(service)) {
                state.broadcast(new NodeCommand.ApplyPolicy(policy.effective()));
            }
        });
        PolicyDesk.refresh(state);
        state.broadcast(new NodeCommand.Activate(rollout.target().epoch()));
    }

    private Durable fitted(Durable durable, Service service) {
        Optional<ServicePolicy> known = Optional.ofNullable(durable.policies().get(service.id()));
        long version = PolicyDesk.nextVersion(durable, service.id());
        var intent = PolicyRule.fit(known.map(ServicePolicy::intent), service, version);
        if (known.isPresent() && PolicyRule.sameOrders(intent, known.get().intent())) {
            return durable;
        }
        // The effective policy follows in the same step.
        return durable.withPolicy(
                new ServicePolicy(intent, known.map(ServicePolicy::effective).orElse(intent)));
    }

    /** Nodes that the target leaves out count too: until they have activated it, they send under the former epoch. */
    private void advanceActivating() {
        Placement target = state.durable().rollout().orElseThrow().target();
        TreeSet<NodeId> nodes = new TreeSet<>(target.dataAddresses().keySet());
        nodes.addAll(state.durable().active().dataAddresses().keySet());
        for (NodeId node : nodes) {
            boolean activated = state.session(node)
                    .filter(session -> session.hasActivated(target.epoch()))
                    .isPresent();
            if (!activated && !state.isGone(node)) {
                return;
            }
        }
        complete(target);
    }

    private void complete(Placement target) {
        Placement old = state.durable().active();
        Duration drain = old.services().stream()
                .map(Service::deadline)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO)
                .plus(DRAIN_MARGIN);
        Optional<Retirement> older =
                target.epoch() > 1 ? Optional.of(new Retirement(target.epoch() - 1, drain)) : Optional.empty();
        state.keep(state.durable().completed(older));
        completedNanos = state.nowNanos();
        retireSent = false;
        PolicyDesk.refresh(state);
        state.answerRollout(new Reply.Applied(target.epoch()));
    }

    private void advanceRetirement() {
        Optional<Retirement> retirement = state.durable().retirement();
        if (retirement.isEmpty()
                || state.nowNanos() - completedNanos < retirement.get().drain().toNanos()) {
            return;
        }
        long epoch = retirement.get().epoch();
        if (!retireSent) {
            retireSent = true;
            state.broadcast(new NodeCommand.Retire(epoch));
        }
        boolean all = state.sessions().stream()
                .filter(session -> state.membership().stateOf(session.node()) == NodeState.UP)
                .allMatch(session -> session.isDoneRetiring(epoch));
        if (all) {
            state.keep(state.durable().withoutRetirement());
        }
    }

    /** Whether the agent has not answered something that it was told. */
    boolean isBehind(Session session) {
        Durable durable = state.durable();
        long wanted = durable.rollout()
                .filter(rollout -> rollout.phase() == Phase.ACTIVATING)
                .map(rollout -> rollout.target().epoch())
                .orElse(durable.active().epoch());
        long prepared =
                durable.rollout().map(rollout -> rollout.target().epoch()).orElse(wanted);
        boolean retiring = retireSent
                && durable.retirement()
                        .filter(retirement -> !session.isDoneRetiring(retirement.epoch()))
                        .isPresent();
        return (wanted > 0 && !session.hasActivated(wanted))
                || (prepared > 0 && !session.hasPrepared(prepared))
                || retiring
                || durable.policies().values().stream()
                        .map(ServicePolicy::effective)
                        .anyMatch(policy -> session.policies().getOrDefault(policy.service(), 0L) < policy.version());
    }
}
