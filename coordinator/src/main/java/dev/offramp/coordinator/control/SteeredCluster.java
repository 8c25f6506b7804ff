package dev.offramp.coordinator.control;

import dev.offramp.coordinator.control.pilot.Cluster;
import dev.offramp.coordinator.control.pilot.SchedulerChoice;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Policy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The machine's state as the autopilot sees it. Confined to the machine. */
final class SteeredCluster implements Cluster {
    private final ControlState state;

    SteeredCluster(ControlState state) {
        this.state = state;
    }

    @Override
    public List<Service> services() {
        return state.durable().rollout().isPresent()
                ? List.of()
                : state.durable().active().services();
    }

    @Override
    public Map<ServiceId, SchedulerChoice> choices() {
        return state.durable().choices();
    }

    @Override
    public Optional<Policy> policy(ServiceId service) {
        return Optional.ofNullable(state.durable().policies().get(service)).map(ServicePolicy::effective);
    }

    @Override
    public boolean isInForce(ServiceId id) {
        long version = policy(id).map(Policy::version).orElse(0L);
        return state.durable().active().service(id).stream()
                .flatMap(service -> service.ingress().stream())
                .filter(state.membership()::isUp)
                .allMatch(node -> state.session(node)
                        .filter(session -> session.policies().getOrDefault(id, 0L) >= version)
                        .isPresent());
    }

    @Override
    public boolean isUsable(NodeId node) {
        return state.isUsable(node);
    }

    @Override
    public OptionalInt capacity(NodeId node) {
        return state.membership()
                .member(node)
                .map(member -> OptionalInt.of(member.registration().capacity().jobs()))
                .orElse(OptionalInt.empty());
    }

    @Override
    public long push(ServiceId service, Policy policy) {
        return PolicyDesk.steer(state, service, policy);
    }
}
