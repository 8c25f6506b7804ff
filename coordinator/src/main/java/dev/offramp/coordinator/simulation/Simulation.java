package dev.offramp.coordinator.simulation;

import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run of a deployment on virtual time: one server per node shared by its partitions, loss (or blocking) at full
 * buffers at any hop, early exits, links, priorities, deadlines. The model is that of ChainNet (Niu, Roveri, Casale, DSN
 * 2024) and CEED (INFOCOM 2025), where a job reserves room at the next node before it is sent there. Memory follows the
 * jobs under way, not the length of the run. The same seed gives the same result. Confined.
 */
public final class Simulation {
    private final Network network;
    private final Kernel kernel;
    private double since;

    private Simulation(Network network, Kernel kernel) {
        this.network = network;
        this.kernel = kernel;
    }

    /** At virtual time 0, with empty stations. */
    public static Simulation start(
            Deployment deployment,
            Workload workload,
            Map<ServiceId, Orders> orders,
            @Nullable Steering steering,
            RandomStreams streams) {
        Network network = new Network(deployment, workload, streams);
        Kernel kernel = new Kernel(network, steering);
        for (ServiceModel service : deployment.services()) {
            if (!orders.containsKey(service.id())) {
                throw new IllegalArgumentException(
                        "there are orders for %s, none for %s".formatted(orders.keySet(), service.id()));
            }
        }
        kernel.apply(orders);
        return new Simulation(network, kernel);
    }

    /**
     * Runs from the start and forgets the warm-up.
     *
     * @param arrivals jobs that arrive, over all services, those of the warm-up included
     * @param warmUp share of the arrivals, at least 0, below 1
     */
    public static SimulationResult run(
            Deployment deployment,
            Workload workload,
            Map<ServiceId, Orders> orders,
            long arrivals,
            double warmUp,
            RandomStreams streams) {
        if (!(warmUp >= 0 && warmUp < 1) || arrivals < 1) {
            throw new IllegalArgumentException("%d arrivals with a warm-up of %s: expected at least 1, and 0 to below 1"
                    .formatted(arrivals, warmUp));
        }
        Simulation simulation = start(deployment, workload, orders, null, streams);
        long first = (long) (arrivals * warmUp);
        simulation.runArrivals(first);
        simulation.forget();
        simulation.runArrivals(arrivals - first);
        return simulation.result();
    }

    public void runArrivals(long arrivals) {
        kernel.runArrivals(arrivals);
    }

    /** Goes on to virtual time {@code seconds}. */
    public void runUntil(double seconds) {
        kernel.runUntil(seconds);
    }

    /** Tells the jobs of some services something else, from the next on. */
    public void apply(Map<ServiceId, Orders> orders) {
        kernel.apply(orders);
    }

    /** Starts counting anew. */
    public void forget() {
        since = kernel.now();
        network.restart(since);
    }

    /** What was counted since the start, or since it was last forgotten. */
    public SimulationResult result() {
        return network.result(kernel.now(), kernel.now() - since, kernel.events());
    }
}
