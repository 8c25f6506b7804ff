package dev.offramp.coordinator.simulation;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Builds small deployments for tests; services and nodes are numbered. */
final class Nets {
    private final List<Station> stations = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private final List<ServiceModel> services = new ArrayList<>();
    private final SortedMap<ServiceId, ArrivalProcess> arrivals = new TreeMap<>();
    private final Map<ServiceId, Orders> orders = new HashMap<>();

    static NodeId node(int number) {
        return new NodeId("n" + number);
    }

    static ServiceId service(int number) {
        return new ServiceId("s" + number);
    }

    Nets station(int capacity) {
        return station(capacity, Long.MAX_VALUE, 1, Discipline.FIRST_COME);
    }

    Nets station(int capacity, long bytes, double speed, Discipline discipline) {
        stations.add(new Station(node(stations.size()), capacity, bytes, speed, discipline));
        return this;
    }

    Nets station(Station station) {
        stations.add(station);
        return this;
    }

    Nets link(int from, int to, double bytesPerSecond, double delay) {
        links.add(new Link(node(from), node(to), bytesPerSecond, delay));
        return this;
    }

    Nets service(ArrivalProcess process, Overflow overflow, Visit... visits) {
        return service(process, overflow, 0, Double.POSITIVE_INFINITY, ExitBehaviour.Given.single(), visits);
    }

    Nets service(
            ArrivalProcess process,
            Overflow overflow,
            int priority,
            double deadline,
            ExitBehaviour exits,
            Visit... visits) {
        ServiceId id = service(services.size());
        ChainModel chain = new ChainModel(new ChainId(id, "c"), List.of(visits));
        services.add(new ServiceModel(id, Optional.empty(), exits, overflow, priority, deadline, List.of(chain)));
        arrivals.put(id, process);
        orders.put(id, Orders.always(chain.id(), Thresholds.uniform(exits.exits(), 0f)));
        return this;
    }

    Deployment deployment() {
        return new Deployment(stations, links, services);
    }

    Workload workload() {
        return new Workload(arrivals);
    }

    Map<ServiceId, Orders> orders() {
        return orders;
    }

    Simulation start(long seed) {
        return Simulation.start(deployment(), workload(), orders, null, new RandomStreams(seed));
    }

    SimulationResult run(long jobs, long seed) {
        return Simulation.run(deployment(), workload(), orders, jobs, 0.05, new RandomStreams(seed));
    }

    static Visit inner(int node, ServiceTime time) {
        return Visit.of(node(node), 0, time, List.of());
    }

    static Visit last(int node, ServiceTime time) {
        return Visit.of(node(node), 0, time, List.of(1));
    }

    static ServiceTime fixed(double seconds) {
        return new ServiceTime.Deterministic(seconds);
    }

    static ServiceTime exponential(double seconds) {
        return new ServiceTime.Exponential(seconds);
    }

    static ArrivalProcess at(double... times) {
        double[] gaps = new double[times.length + 1];
        double before = 0;
        for (int i = 0; i < times.length; i++) {
            gaps[i] = times[i] - before;
            before = times[i];
        }
        gaps[times.length] = 1e9;
        return ArrivalProcess.Trace.of(gaps);
    }
}
