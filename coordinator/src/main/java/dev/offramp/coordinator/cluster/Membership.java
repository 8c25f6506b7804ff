package dev.offramp.coordinator.cluster;

import dev.offramp.partition.NodeId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who is there. A node is down when nothing was heard of it for {@link #MISSED_HEARTBEATS} heartbeats; one that is known
 * from before the coordinator's start has {@link #RETURN_PATIENCE} to come back first. Time is an argument. Confined.
 */
public final class Membership {
    /** Agents report this often. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /** So many heartbeats missed mean that a node is down. */
    public static final int MISSED_HEARTBEATS = 3;

    /** How long after the coordinator's start its nodes may take to attach again. */
    public static final Duration RETURN_PATIENCE = Duration.ofSeconds(15);

    private static final long SILENCE_NANOS =
            HEARTBEAT.multipliedBy(MISSED_HEARTBEATS).toNanos();

    /** A node as it stands. */
    public record Member(NodeRegistration registration, NodeState state, long heardNanos) {
        public NodeId node() {
            return registration.node();
        }
    }

    private final SortedMap<NodeId, Member> members = new TreeMap<>();

    /** @param known nodes from before the start */
    public Membership(Collection<NodeRegistration> known, long nowNanos) {
        known.forEach(registration ->
                members.put(registration.node(), new Member(registration, NodeState.AWAITED, nowNanos)));
    }

    /** The node attached. */
    public void register(NodeRegistration registration, long nowNanos) {
        members.put(registration.node(), new Member(registration, NodeState.UP, nowNanos));
    }

    /** The node reported. Unknown ones are ignored: they have to register first. */
    public void heard(NodeId node, long nowNanos) {
        members.computeIfPresent(node, (id, member) -> new Member(member.registration(), NodeState.UP, nowNanos));
    }

    /** Lets time pass; true if a node's state changed. */
    public boolean tick(long nowNanos) {
        boolean changed = false;
        for (Member member : List.copyOf(members.values())) {
            long patience = member.state() == NodeState.AWAITED ? RETURN_PATIENCE.toNanos() : SILENCE_NANOS;
            if (member.state() != NodeState.DOWN && nowNanos - member.heardNanos() > patience) {
                members.put(member.node(), new Member(member.registration(), NodeState.DOWN, member.heardNanos()));
                changed = true;
            }
        }
        return changed;
    }

    public Optional<Member> member(NodeId node) {
        return Optional.ofNullable(members.get(node));
    }

    /** Whether the node reports. */
    public boolean isUp(NodeId node) {
        return stateOf(node) == NodeState.UP;
    }

    /** Unknown nodes are down. */
    public NodeState stateOf(NodeId node) {
        Member member = members.get(node);
        return member == null ? NodeState.DOWN : member.state();
    }

    /** In order of their names. */
    public List<Member> members() {
        return List.copyOf(members.values());
    }
}
