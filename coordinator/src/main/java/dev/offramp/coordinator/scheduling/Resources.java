package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.Link;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.Station;
import dev.offramp.coordinator.simulation.Visit;
import dev.offramp.partition.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What can be busy: the servers of the stations, then the links. Immutable. */
final class Resources {
    private final Map<NodeId, Integer> stationIndex = new HashMap<>();
    private final Map<NodeId, Double> speed = new HashMap<>();
    private final Map<List<NodeId>, Integer> linkIndex = new HashMap<>();
    private final Map<List<NodeId>, Double> bandwidth = new HashMap<>();

    Resources(Deployment deployment) {
        for (Station station : deployment.stations()) {
            stationIndex.put(station.node(), stationIndex.size());
            speed.put(station.node(), station.speed());
        }
        for (Link link : deployment.links()) {
            List<NodeId> ends = List.of(link.from(), link.to());
            linkIndex.put(ends, stationIndex.size() + linkIndex.size());
            bandwidth.put(ends, link.bytesPerSecond());
        }
    }

    int count() {
        return stationIndex.size() + linkIndex.size();
    }

    /** Seconds of every resource, by exit (from 0), that a job of {@code chain} takes which leaves at that exit. */
    double[][] seconds(ServiceModel service, ChainModel chain) {
        double[][] seconds = new double[chain.exits()][count()];
        int passed = 0;
        NodeId before = service.ingress().orElse(chain.visits().get(0).node());
        for (Visit visit : chain.visits()) {
            Integer link = linkIndex.get(List.of(before, visit.node()));
            if (link != null) {
                double transfer = visit.inputBytes() / bandwidth.getOrDefault(List.of(before, visit.node()), 1.0);
                add(seconds, passed, link, transfer);
            }
            before = visit.node();
            int station = stationIndex.getOrDefault(visit.node(), 0);
            for (Visit.Segment segment : visit.segments()) {
                add(seconds, passed, station, segment.time().mean() / speed.getOrDefault(visit.node(), 1.0));
                passed += segment.exits().size();
            }
        }
        return seconds;
    }

    private static void add(double[][] seconds, int fromExit, int resource, double amount) {
        for (int exit = fromExit; exit < seconds.length; exit++) {
            seconds[exit][resource] += amount;
        }
    }
}
