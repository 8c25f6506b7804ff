package dev.offramp.coordinator.control;

import dev.offramp.coordinator.cluster.NodeRegistration;
import dev.offramp.coordinator.cluster.NodeReport;
import dev.offramp.coordinator.control.pilot.Plan;
import dev.offramp.coordinator.control.pilot.SchedulerChoice;
import dev.offramp.coordinator.placement.PlacementRequest;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.artifact.Manifest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What may happen to the coordinator. A session is one connection of one agent; a ticket is one operator's request. */
public sealed interface ControlEvent {
    /** An agent attached. */
    record NodeAttached(long session, NodeRegistration registration) implements ControlEvent {}

    /** It reported. */
    record NodeHeard(long session, NodeId node, NodeReport report) implements ControlEvent {}

    /** It takes no frames in any more: somebody at the board wants it so. */
    record NodeDrains(long session, NodeId node) implements ControlEvent {}

    /** Its connection is gone. */
    record NodeDetached(long session, NodeId node) implements ControlEvent {}

    /**
     * It answered a command.
     *
     * @param error empty: done; else why the command was refused or failed
     */
    record NodeAnswered(long session, NodeId node, NodeCommand.Id command, String error) implements ControlEvent {}

    /**
     * An operator wants this placement.
     *
     * @param models everything that has been pushed
     */
    record PlacementRequested(long ticket, PlacementRequest request, Map<ServiceId, Manifest> models)
            implements ControlEvent {}

    /** An operator wants this policy. */
    record PolicyRequested(long ticket, PolicyRequest request) implements ControlEvent {}

    /**
     * An operator wants a scheduler to set a service's policy.
     *
     * @param choice empty: by hand
     */
    record SchedulerRequested(long ticket, ServiceId service, Optional<SchedulerChoice> choice)
            implements ControlEvent {}

    /** An operator wants a camera or a receiver to be there, or gone. */
    record FeedsRequested(long ticket, FeedsChange change) implements ControlEvent {}

    /**
     * An operator wants to know what schedulers are told.
     *
     * @param services none: all that are placed
     */
    record ModelRequested(long ticket, Set<ServiceId> services) implements ControlEvent {}

    /** An operator wants to work on a node. */
    record DrainRequested(long ticket, NodeId node) implements ControlEvent {}

    /** A scheduler has answered. */
    record Planned(Plan plan) implements ControlEvent {}

    /** Time has passed. */
    record Tick() implements ControlEvent {}
}
