package dev.offramp.coordinator.control;

import dev.offramp.coordinator.cluster.Membership.Member;
import dev.offramp.coordinator.control.pilot.Decision;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The cluster as the coordinator sees it after an event. Immutable.
 *
 * @param decisions about policies, from the oldest
 */
public record ClusterView(
        Durable durable, SortedMap<NodeId, NodeView> nodes, SortedMap<ServiceId, List<Decision>> decisions) {
    /**
     * A node.
     *
     * @param prepared newest epoch it has acknowledged as prepared on its present connection, 0 for none
     * @param activated the same for activated
     * @param policies newest policy versions it has acknowledged
     * @param problem why its last answer was no; empty if it was yes
     */
    public record NodeView(
            Member member, long prepared, long activated, Map<ServiceId, Long> policies, String problem) {}

    public ClusterView {
        nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    }

    /** How far the placement is, in one word, and why the last one was undone. */
    public String state() {
        String phase = durable.rollout()
                .map(rollout -> switch (rollout.phase()) {
                    case PREPARING -> "preparing epoch " + rollout.target().epoch();
                    case ACTIVATING -> "activating epoch " + rollout.target().epoch();
                })
                .orElse("active");
        return durable.undone().isEmpty() ? phase : phase + "; " + durable.undone();
    }
}
