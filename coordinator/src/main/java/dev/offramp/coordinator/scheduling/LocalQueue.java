package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.Steering;
import dev.offramp.coordinator.simulation.Visit;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Every node for itself, after MDI-Exit (Colocrese, Koyuncu, Seferoglu, arXiv 2408.05247): one threshold a node, which
 * falls by a factor while more than half of its queue is taken and rises by the same factor while less than a quarter
 * is. The factor and the two marks are ours. Where a decision holds for a window, nodes move once a window.
 */
public final class LocalQueue implements Scheduler {
    private static final float LEAST = 0.1f;
    private static final float MOST = 0.99f;
    private static final float FACTOR = 0.95f;
    private static final double HIGH = 0.5;
    private static final double LOW = 0.25;

    private final Map<NodeId, Float> thresholdOf = new TreeMap<>();

    @Override
    public Map<ServiceId, Orders> schedule(Situation situation) {
        situation
                .deployment()
                .stations()
                .forEach(station ->
                        move(station.node(), situation.jobs().getOrDefault(station.node(), 0), station.capacity()));
        Map<ServiceId, Orders> orders = new HashMap<>();
        for (ServiceModel service : situation.deployment().services()) {
            List<Orders.Alternative> alternatives = new ArrayList<>();
            for (ChainModel chain : service.chains()) {
                alternatives.add(new Orders.Alternative(
                        chain.id(), vector(chain), 1.0 / service.chains().size()));
            }
            orders.put(service.id(), Orders.mix(alternatives));
        }
        return orders;
    }

    private float move(NodeId node, int jobs, int capacity) {
        float before = thresholdOf.getOrDefault(node, MOST);
        float after = before;
        if (jobs > HIGH * capacity) {
            after = Math.max(LEAST, before * FACTOR);
        } else if (jobs < LOW * capacity) {
            after = Math.min(MOST, before / FACTOR);
        }
        thresholdOf.put(node, after);
        return after;
    }

    /** Each exit has the threshold of the node it is on. */
    private Thresholds vector(ChainModel chain) {
        float[] values = new float[chain.exits()];
        int exit = 0;
        for (Visit visit : chain.visits()) {
            for (Visit.Segment segment : visit.segments()) {
                for (int i = 0; i < segment.exits().size(); i++) {
                    values[exit++] = thresholdOf.getOrDefault(visit.node(), MOST);
                }
            }
        }
        values[values.length - 1] = 0f;
        return Thresholds.of(values);
    }

    @Override
    public Optional<Steering> steering(Situation situation, RandomStreams streams) {
        Map<ChainId, ChainModel> chains = new HashMap<>();
        situation.deployment().services().forEach(service -> service.chains()
                .forEach(one -> chains.put(one.id(), one)));
        return Optional.of(new Steering() {
            @Override
            public Optional<Thresholds> starting(ServiceId service, ChainId id, int hop, View view) {
                ChainModel chain = chains.get(id);
                if (chain == null) {
                    return Optional.empty();
                }
                NodeId node = chain.visits().get(hop).node();
                move(node, view.jobs(node), view.capacity(node));
                return Optional.of(vector(chain));
            }
        });
    }
}
