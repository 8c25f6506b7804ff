package dev.offramp.coordinator.control;

import dev.offramp.coordinator.cluster.NodeRegistration;
import dev.offramp.coordinator.control.pilot.SchedulerChoice;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Placement;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.feed.Feeds;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What survives a crash of the coordinator: it is on disk before anybody hears of it. Immutable.
 *
 * @param highestEpoch newest epoch ever used, undone ones included
 * @param active the placement in force; a rollout that is activating comes after it
 * @param undone why the last rollout was undone; empty if it was not
 * @param choices who sets the policies of services; those that are missing are set by hand
 * @param feeds cameras and receivers of all services
 */
public record Durable(
        long highestEpoch,
        Placement active,
        Optional<Rollout> rollout,
        Optional<Retirement> retirement,
        String undone,
        SortedMap<ServiceId, ServicePolicy> policies,
        SortedMap<ServiceId, SchedulerChoice> choices,
        SortedMap<NodeId, NodeRegistration> nodes,
        Feeds feeds) {
    public Durable {
        policies = Collections.unmodifiableSortedMap(new TreeMap<>(policies));
        choices = Collections.unmodifiableSortedMap(new TreeMap<>(choices));
        nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    }

    /** A new cluster. */
    public static Durable empty() {
        return new Durable(
                0,
                Placement.empty(),
                Optional.empty(),
                Optional.empty(),
                "",
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                Feeds.none());
    }

    Durable withHighestEpoch(long epoch) {
        return new Durable(
                Math.max(epoch, highestEpoch), active, rollout, retirement, undone, policies, choices, nodes, feeds);
    }

    /** A rollout begins or goes on. */
    Durable withRollout(Rollout next) {
        long highest = Math.max(highestEpoch, next.target().epoch());
        return new Durable(highest, active, Optional.of(next), retirement, undone, policies, choices, nodes, feeds);
    }

    Durable withUndone(String why) {
        return new Durable(highestEpoch, active, rollout, retirement, why, policies, choices, nodes, feeds);
    }

    /** The rollout's target is in force. */
    Durable completed(Optional<Retirement> older) {
        Placement target = rollout.orElseThrow().target();
        return new Durable(highestEpoch, target, Optional.empty(), older, undone, policies, choices, nodes, feeds);
    }

    Durable withoutRetirement() {
        return new Durable(highestEpoch, active, rollout, Optional.empty(), undone, policies, choices, nodes, feeds);
    }

    Durable withPolicy(ServicePolicy policy) {
        SortedMap<ServiceId, ServicePolicy> changed = new TreeMap<>(policies);
        changed.put(policy.effective().service(), policy);
        return new Durable(highestEpoch, active, rollout, retirement, undone, changed, choices, nodes, feeds);
    }

    /** Empty: by hand. */
    Durable withChoice(ServiceId service, Optional<SchedulerChoice> choice) {
        SortedMap<ServiceId, SchedulerChoice> changed = new TreeMap<>(choices);
        if (choice.isPresent()) {
            changed.put(service, choice.get());
        } else {
            changed.remove(service);
        }
        return new Durable(highestEpoch, active, rollout, retirement, undone, policies, changed, nodes, feeds);
    }

    Durable withNode(NodeRegistration registration) {
        SortedMap<NodeId, NodeRegistration> changed = new TreeMap<>(nodes);
        changed.put(registration.node(), registration);
        return new Durable(highestEpoch, active, rollout, retirement, undone, policies, choices, changed, feeds);
    }

    Durable withFeeds(Feeds changed) {
        return new Durable(highestEpoch, active, rollout, retirement, undone, policies, choices, nodes, changed);
    }
}
