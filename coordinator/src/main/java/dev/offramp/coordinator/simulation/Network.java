package dev.offramp.coordinator.simulation;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.profile.ExitMix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A deployment with its state: everything numbered, all of its random streams started. Confined. */
final class Network {
    private final Deployment deployment;
    private final Source[] sources;
    private final StationState[] stations;
    private final LinkState[] links;
    private final Route[] routes;
    private final Map<NodeId, Place> places = new HashMap<>();
    private final Map<List<NodeId>, LinkState> linkOf = new HashMap<>();

    /** All there is about one node. */
    record Place(Station model, StationState state, RandomGenerator random) {}

    Network(Deployment deployment, Workload workload, RandomStreams streams) {
        this.deployment = deployment;
        List<ServiceModel> services = deployment.services();
        int slot = services.size();
        List<Integer> priorities = List.copyOf(
                new TreeSet<>(services.stream().map(ServiceModel::priority).toList()).descendingSet());
        stations = new StationState[deployment.stations().size()];
        for (int i = 0; i < stations.length; i++) {
            Station station = deployment.stations().get(i);
            stations[i] = new StationState(station, slot++, priorities);
            RandomGenerator random = streams.stream("service times of " + station.node());
            places.put(station.node(), new Place(station, stations[i], random));
        }
        links = new LinkState[deployment.links().size()];
        for (int i = 0; i < links.length; i++) {
            Link link = deployment.links().get(i);
            links[i] = new LinkState(link, slot++);
            linkOf.put(List.of(link.from(), link.to()), links[i]);
        }
        sources = new Source[services.size()];
        List<Route> all = new ArrayList<>();
        for (int i = 0; i < sources.length; i++) {
            ServiceModel service = services.get(i);
            Map<ChainId, Integer> routeOf = new HashMap<>();
            for (ChainModel chain : service.chains()) {
                routeOf.put(chain.id(), all.size());
                int priorityClass = priorities.indexOf(service.priority());
                all.add(new Route(service, i, priorityClass, chain, this));
            }
            sources[i] = new Source(service, workload.of(service.id()), routeOf, streams);
        }
        routes = all.toArray(Route[]::new);
    }

    Source[] sources() {
        return sources;
    }

    StationState[] stations() {
        return stations;
    }

    LinkState[] links() {
        return links;
    }

    Route[] routes() {
        return routes;
    }

    Place place(NodeId node) {
        Place place = places.get(node);
        if (place == null) {
            throw new IllegalArgumentException("there is no station %s".formatted(node));
        }
        return place;
    }

    @Nullable
    LinkState link(NodeId from, NodeId to) {
        return linkOf.get(List.of(from, to));
    }

    /** Forgets what was counted so far. */
    void restart(double now) {
        for (Route route : routes) {
            route.restart();
        }
        for (StationState station : stations) {
            station.restart(now);
        }
        for (Source source : sources) {
            source.latency.clear();
            Arrays.fill(source.toldByStep, 0);
        }
    }

    /** What was counted in the last {@code seconds}. */
    SimulationResult result(double now, double seconds, long events) {
        List<SimulationResult.ServiceResult> services = new ArrayList<>();
        for (int i = 0; i < sources.length; i++) {
            services.add(result(i));
        }
        List<SimulationResult.StationResult> nodes = new ArrayList<>();
        for (int i = 0; i < stations.length; i++) {
            nodes.add(stations[i].result(deployment.stations().get(i), now, seconds));
        }
        return new SimulationResult(
                seconds, events, services, Stream.of(routes).map(Route::result).toList(), nodes);
    }

    private SimulationResult.ServiceResult result(int service) {
        List<Route> own =
                Stream.of(routes).filter(route -> route.service == service).toList();
        ExitMix completed = own.stream()
                .map(route -> ExitMix.of(route.completed, route.correct))
                .reduce(ExitMix::plus)
                .orElseThrow();
        return new SimulationResult.ServiceResult(
                sources[service].service.id(),
                own.stream().mapToLong(route -> route.accepted).sum(),
                Arrays.stream(sources[service].toldByStep).boxed().toList(),
                completed,
                own.stream().mapToLong(route -> route.queueFull).sum(),
                own.stream().mapToLong(route -> route.expired).sum(),
                own.stream().mapToLong(Route::inFlightChange).sum(),
                own.stream().mapToLong(route -> route.correctInTime).sum(),
                sources[service].latency.result());
    }
}
