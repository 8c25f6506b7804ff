package dev.offramp.coordinator.cli.experiment;

import dev.offramp.coordinator.simulation.ArrivalProcess;
import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.Discipline;
import dev.offramp.coordinator.simulation.ExitBehaviour;
import dev.offramp.coordinator.simulation.Link;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.Station;
import dev.offramp.coordinator.simulation.Visit;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.ServiceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleFunction;

/** The deployments that experiments compare schedulers on. */
final class Deployments {
    private static final ServiceId SERVICE = new ServiceId("camera");
    private static final int CAPACITY = 10;
    private static final double BYTES_PER_SECOND = 100e6 / 8;
    private static final double DELAY_SECONDS = 0.002;
    private static final double FAR_SPEED = 1.5;
    /** As service-level objectives of inference servers are stated: in times that one job alone takes. */
    private static final int DEADLINE = 5;

    /**
     * @param deadline in times that one job alone takes at speed 1; 0 if there is none
     * @param fullLoad arrivals per second at which the busiest node has load 1 if every job runs to the final exit
     */
    record Case(String name, int deadline, Deployment deployment, double fullLoad) {
        /** The same where an answer counts within {@value #DEADLINE} times {@code seconds}. */
        Case within(double seconds) {
            List<ServiceModel> services = deployment.services().stream()
                    .map(service -> new ServiceModel(
                            service.id(),
                            service.ingress(),
                            service.exits(),
                            service.overflow(),
                            service.priority(),
                            DEADLINE * seconds,
                            service.chains()))
                    .toList();
            return new Case(
                    name, DEADLINE, new Deployment(deployment.stations(), deployment.links(), services), fullLoad);
        }

        /** @param process from arrivals per second */
        Workload workload(double loadFactor, DoubleFunction<ArrivalProcess> process) {
            return new Workload(new TreeMap<>(Map.of(SERVICE, process.apply(loadFactor * fullLoad))));
        }
    }

    private Deployments() {}

    static List<Case> all(Board board) {
        List<Case> all = new ArrayList<>();
        for (Case one : List.of(gateway(board), nearAndFar(board), sharedNode(board))) {
            all.add(one);
            all.add(one.within(total(board, 1, board.exits())));
        }
        return all;
    }

    /** One node runs the whole network and looks at every exit. */
    private static Case gateway(Board board) {
        NodeId gateway = new NodeId("gateway");
        ChainModel chain = new ChainModel(chain("only"), List.of(visit(board, gateway, 1, board.exits())));
        return deployment(
                "gateway",
                board,
                List.of(station(gateway, 1)),
                List.of(),
                List.of(chain),
                total(board, 1, board.exits()));
    }

    /** The first half on a board, the rest on one that is half as fast again, with 100 Mbit/s between them. */
    private static Case nearAndFar(Board board) {
        NodeId near = new NodeId("near");
        NodeId far = new NodeId("far");
        int half = board.exits() / 2;
        ChainModel chain = new ChainModel(
                chain("only"), List.of(visit(board, near, 1, half), visit(board, far, half + 1, board.exits())));
        double busiest = Math.max(total(board, 1, half), total(board, half + 1, board.exits()) / FAR_SPEED);
        return deployment(
                "near-far",
                board,
                List.of(station(near, 1), station(far, FAR_SPEED)),
                List.of(link(near, far)),
                List.of(chain),
                busiest);
    }

    /** Two boards run the first half for two chains, one runs the rest for both. */
    private static Case sharedNode(Board board) {
        NodeId left = new NodeId("left");
        NodeId right = new NodeId("right");
        NodeId shared = new NodeId("shared");
        int half = board.exits() / 2;
        List<ChainModel> chains = new ArrayList<>();
        for (NodeId first : List.of(left, right)) {
            chains.add(new ChainModel(
                    chain(first.value()),
                    List.of(visit(board, first, 1, half), visit(board, shared, half + 1, board.exits()))));
        }
        double busiest = Math.max(total(board, 1, half) / 2, total(board, half + 1, board.exits()) / FAR_SPEED);
        return deployment(
                "shared-node",
                board,
                List.of(station(left, 1), station(right, 1), station(shared, FAR_SPEED)),
                List.of(link(left, shared), link(right, shared)),
                chains,
                busiest);
    }

    private static ChainId chain(String name) {
        return new ChainId(SERVICE, name);
    }

    private static Station station(NodeId node, double speed) {
        return new Station(node, CAPACITY, Long.MAX_VALUE, speed, Discipline.FIRST_COME);
    }

    private static Link link(NodeId from, NodeId to) {
        return new Link(from, to, BYTES_PER_SECOND, DELAY_SECONDS);
    }

    /** Exits {@code from} to {@code to}, each looked at before the next segment runs. */
    private static Visit visit(Board board, NodeId node, int from, int to) {
        List<Visit.Segment> segments = new ArrayList<>();
        for (int exit = from; exit <= to; exit++) {
            segments.add(new Visit.Segment(board.segments().get(exit - 1), List.of(exit)));
        }
        return new Visit(
                node, from == 1 ? board.inputBytes() : board.edgeBytes().get(from - 2), segments);
    }

    private static double total(Board board, int from, int to) {
        return board.segments().subList(from - 1, to).stream()
                .mapToDouble(time -> time.mean())
                .sum();
    }

    private static Case deployment(
            String name,
            Board board,
            List<Station> stations,
            List<Link> links,
            List<ChainModel> chains,
            double busiest) {
        ServiceModel service = new ServiceModel(
                SERVICE,
                Optional.empty(),
                new ExitBehaviour.Measured(board.profile()),
                Overflow.DROP_NEW,
                0,
                Double.POSITIVE_INFINITY,
                chains);
        return new Case(name, 0, new Deployment(stations, links, List.of(service)), 1 / busiest);
    }
}
