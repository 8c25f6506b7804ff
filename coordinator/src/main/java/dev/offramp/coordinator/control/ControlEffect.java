package dev.offramp.coordinator.control;

import dev.offramp.coordinator.control.pilot.PlanRequest;
import dev.offramp.partition.NodeId;

/** What the coordinator does about an event, in this order, after its new state is on disk. */
public sealed interface ControlEffect {
    /** Tell a node. Lost if the session is over; repeated while it is not answered. */
    record Send(long session, NodeId node, NodeCommand command) implements ControlEffect {}

    /** End an agent's connection. */
    record Detach(long session, NodeId node, String why) implements ControlEffect {}

    /** Ask a scheduler; the answer is a {@link ControlEvent.Planned}. */
    record Ask(PlanRequest request) implements ControlEffect {}

    /** Answer an operator. */
    record Answer(long ticket, Reply reply) implements ControlEffect {}
}
