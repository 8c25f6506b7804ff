package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.Steering;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The baseline of Casale and Roveri (IEEE TC 73, 2024, 10.1109/TC.2023.3333189): all jobs leave at one exit, which moves
 * one up when the queue of the slowest node is full at the start of a job, and one down when nobody waits there.
 */
public final class Reactive implements Scheduler {
    private final Map<ServiceId, Integer> exitOf = new HashMap<>();

    @Override
    public Map<ServiceId, Orders> schedule(Situation situation) {
        Map<ServiceId, Orders> orders = new HashMap<>();
        for (ServiceModel service : situation.deployment().services()) {
            Bottleneck bottleneck = Bottleneck.of(situation.deployment(), service);
            int jobs = situation.jobs().getOrDefault(bottleneck.node(), 0);
            int exit = move(service, jobs <= 1, jobs + 1 >= bottleneck.capacity());
            orders.put(
                    service.id(),
                    EvenShares.same(service, Vectors.single(service.exits().exits(), exit)));
        }
        return orders;
    }

    private int move(ServiceModel service, boolean empty, boolean full) {
        int exits = service.exits().exits();
        int exit = Math.min(exits, exitOf.getOrDefault(service.id(), exits));
        int moved = full ? Math.max(1, exit - 1) : empty ? Math.min(exits, exit + 1) : exit;
        exitOf.put(service.id(), moved);
        return moved;
    }

    @Override
    public Optional<Steering> steering(Situation situation, RandomStreams streams) {
        Map<ServiceId, Bottleneck> bottlenecks = new HashMap<>();
        Map<ServiceId, ServiceModel> services = new HashMap<>();
        for (ServiceModel service : situation.deployment().services()) {
            services.put(service.id(), service);
            bottlenecks.put(service.id(), Bottleneck.of(situation.deployment(), service));
        }
        return Optional.of(new Steering() {
            @Override
            public Optional<Thresholds> starting(ServiceId id, ChainId chain, int hop, View view) {
                ServiceModel service = services.get(id);
                Bottleneck bottleneck = bottlenecks.get(id);
                if (hop > 0 || service == null || bottleneck == null) {
                    return Optional.empty();
                }
                int jobs = view.jobs(bottleneck.node());
                // The job that has just left made room for one.
                int exit = move(service, view.waiting(bottleneck.node()) == 0, jobs + 1 >= bottleneck.capacity());
                return Optional.of(Vectors.single(service.exits().exits(), exit));
            }
        });
    }
}
