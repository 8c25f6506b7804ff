package dev.offramp.coordinator.control;

import dev.offramp.coordinator.cluster.Membership;
import dev.offramp.coordinator.cluster.NodeState;
import dev.offramp.coordinator.control.pilot.PlanRequest;
import dev.offramp.partition.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** What the machine's parts share while they handle one event. Confined to the machine. */
final class ControlState {
    private final Membership membership;
    private final Map<NodeId, Session> sessions = new HashMap<>();
    private final Set<NodeId> draining = new TreeSet<>();
    private final Set<NodeId> returning = new TreeSet<>();
    private final List<ControlEffect> effects = new ArrayList<>();
    private Durable durable;
    private OptionalLong ticket = OptionalLong.empty();
    private long nowNanos;

    ControlState(Durable durable, long nowNanos) {
        this.durable = durable;
        this.nowNanos = nowNanos;
        this.membership = new Membership(durable.nodes().values(), nowNanos);
    }

    void at(long newNowNanos) {
        nowNanos = newNowNanos;
    }

    long nowNanos() {
        return nowNanos;
    }

    Durable durable() {
        return durable;
    }

    void keep(Durable changed) {
        durable = changed;
    }

    Membership membership() {
        return membership;
    }

    /** The agent's connection, if there is one. */
    Optional<Session> session(NodeId node) {
        return Optional.ofNullable(sessions.get(node));
    }

    /** The agent's connection, if it is this one. */
    Optional<Session> session(NodeId node, long id) {
        return session(node).filter(session -> session.id() == id);
    }

    Collection<Session> sessions() {
        return sessions.values();
    }

    void open(Session session) {
        sessions.put(session.node(), session);
    }

    void close(NodeId node) {
        sessions.remove(node);
    }

    /** Whether the node may still be counted on: up, or expected back after the coordinator's start. */
    boolean mayAnswer(NodeId node) {
        return membership.stateOf(node) != NodeState.DOWN;
    }

    /** The node's process is a new one: until it has taken the placement up, no job can pass it. */
    void isReturning(NodeId node) {
        returning.add(node);
    }

    /** Those that have come back and are not yet {@linkplain #hasReturned ready}. */
    List<NodeId> returning() {
        return List.copyOf(returning);
    }

    void hasReturned(NodeId node) {
        returning.remove(node);
    }

    /** Jobs go around the node where they can, until its process is a new one. */
    void drains(NodeId node) {
        draining.add(node);
    }

    void drainsNoMore(NodeId node) {
        draining.remove(node);
    }

    /** Whether jobs shall pass the node. */
    boolean isUsable(NodeId node) {
        return mayAnswer(node) && !returning.contains(node) && !draining.contains(node);
    }

    /** Whether to go on without the node: it is down, and not because it is too busy to report. */
    boolean isGone(NodeId node) {
        return !mayAnswer(node) && !sessions.containsKey(node);
    }

    void send(Session session, NodeCommand command) {
        session.told(nowNanos);
        effects.add(new ControlEffect.Send(session.id(), session.node(), command));
    }

    /** To every agent that is connected. */
    void broadcast(NodeCommand command) {
        sessions.values().stream()
                .sorted(java.util.Comparator.comparing(Session::node))
                .forEach(session -> send(session, command));
    }

    void detach(long session, NodeId node, String why) {
        effects.add(new ControlEffect.Detach(session, node, why));
    }

    void ask(PlanRequest request) {
        effects.add(new ControlEffect.Ask(request));
    }

    void answer(long toTicket, Reply reply) {
        effects.add(new ControlEffect.Answer(toTicket, reply));
    }

    /** The operator who waits for the rollout. */
    void waitsForRollout(long newTicket) {
        ticket = OptionalLong.of(newTicket);
    }

    /** Tells the operator who waits for the rollout, if there is one. */
    void answerRollout(Reply reply) {
        ticket.ifPresent(waiting -> answer(waiting, reply));
        ticket = OptionalLong.empty();
    }

    List<ControlEffect> drainEffects() {
        List<ControlEffect> drained = List.copyOf(effects);
        effects.clear();
        return drained;
    }
}
