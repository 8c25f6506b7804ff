package dev.offramp.coordinator.control;

import dev.offramp.coordinator.control.pilot.PlanRequest;
import dev.offramp.partition.NodeId;
import java.util.Optional;

/** What an operator is told. */
public sealed interface Reply {
    /** Every node of the placement that is up has activated it. */
    record Applied(long epoch) implements Reply {}

    /** The policy is kept and on its way to the nodes. */
    record PolicyKept(long version) implements Reply {}

    /**
     * The change is kept and on its way.
     *
     * @param node of the camera that was added; empty for anything else
     */
    record FeedsKept(long version, Optional<NodeId> node) implements Reply {}

    /** What schedulers would be told now. */
    record Described(PlanRequest request) implements Reply {}

    /** The node is told, and chains around it are used where there are some. */
    record Draining(NodeId node) implements Reply {}

    /** No, and why, and what to do. */
    record Refused(Kind kind, String text) implements Reply {}

    /** Kinds of refusal. */
    enum Kind {
        /** The request itself is wrong. */
        INVALID,
        /** It names something unknown. */
        NOT_FOUND,
        /** It collides with another change. */
        CONFLICT,
        /** It needs something that is not there now. */
        UNAVAILABLE,
        /** It was tried, failed, and is undone. */
        FAILED
    }
}
