package dev.offramp.coordinator.cli.bench.overload;

import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.ExitBehaviour;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.ServiceTime;
import dev.offramp.coordinator.simulation.Station;
import dev.offramp.coordinator.simulation.Visit;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Thresholds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Agents in a row that nobody else sends jobs to. Immutable.
 *
 * @param law of their service times
 * @param capacities K of each agent, the job in service included
 */
record Line(Law law, List<Integer> capacities) {
    static final String CHAIN = "a";
    private static final int MAX_CAPACITY = 10_000;

    Line {
        capacities = List.copyOf(capacities);
        if (capacities.isEmpty() || capacities.stream().anyMatch(one -> one < 1 || one > MAX_CAPACITY)) {
            throw new IllegalArgumentException(
                    "capacities %s: expected at least one, each from 1 to %d".formatted(capacities, MAX_CAPACITY));
        }
    }

    /** Parses capacities with {@code -} between them: {@code 4} is one agent, {@code 8-8} are two. */
    static Line parse(Law law, String text) {
        List<Integer> capacities = new ArrayList<>();
        for (String one : text.split("-", -1)) {
            try {
                capacities.add(Integer.parseInt(one));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "'%s' is no line of agents: expected capacities such as 4, or 8-8 for two agents"
                                .formatted(text),
                        e);
            }
        }
        return new Line(law, capacities);
    }

    /** As {@link #parse} takes it. */
    String text() {
        return capacities.stream().map(String::valueOf).collect(Collectors.joining("-"));
    }

    int hops() {
        return capacities.size();
    }

    private String name() {
        return law.key() + "-" + text();
    }

    ServiceId service() {
        return new ServiceId(name());
    }

    /** Name of the agent at a hop, from 0. */
    String agent(int hop) {
        return "%s-at-%d".formatted(name(), hop + 1);
    }

    List<String> agents() {
        return IntStream.range(0, hops()).mapToObj(this::agent).toList();
    }

    /** That make a job leave at the last of them: the partition before them has no exit, every other has one. */
    List<Float> thresholds() {
        List<Float> thresholds = new ArrayList<>(Collections.nCopies(hops() - 1, Thresholds.CLOSED));
        thresholds.add(0f);
        return thresholds;
    }

    ChainId chain() {
        return new ChainId(service(), CHAIN);
    }

    /** The same as a queueing network. */
    Deployment model(List<ServiceTime> times) {
        List<Station> stations = new ArrayList<>();
        List<Visit> visits = new ArrayList<>();
        for (int hop = 0; hop < hops(); hop++) {
            NodeId node = new NodeId(agent(hop));
            stations.add(Station.of(node, capacities.get(hop)));
            visits.add(Visit.of(node, 0, times.get(hop), hop == hops() - 1 ? List.of(1) : List.of()));
        }
        return new Deployment(
                stations,
                List.of(),
                List.of(new ServiceModel(
                        service(),
                        Optional.empty(),
                        ExitBehaviour.Given.single(),
                        Overflow.DROP_NEW,
                        0,
                        Double.POSITIVE_INFINITY,
                        List.of(new ChainModel(chain(), visits)))));
    }
}
