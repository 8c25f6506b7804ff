package dev.offramp.coordinator.predict.analytic;

import dev.offramp.coordinator.predict.Prediction;
import dev.offramp.coordinator.predict.Predictor;
import dev.offramp.coordinator.queueing.Flow;
import dev.offramp.coordinator.queueing.FlowNetwork;
import dev.offramp.coordinator.queueing.FlowSolution;
import dev.offramp.coordinator.simulation.ArrivalProcess;
import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.Link;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.Station;
import dev.offramp.coordinator.simulation.Visit;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Prediction by {@link FlowNetwork}: every chain is a flow whose jobs leave at their exits. Left out: room in bytes,
 * priorities, deadlines, the order of service, other overflow modes than dropping the arriving job, and waiting for links,
 * which only add their transfer and delay. Immutable.
 */
public final class AnalyticPredictor implements Predictor {

    @Override
    public boolean followsPace() {
        return false;
    }

    /** One chain that gets jobs. */
    private record Used(ServiceModel service, ChainModel chain, ChainFlow flow) {}

    @Override
    public Prediction predict(Deployment deployment, Workload workload, Map<ServiceId, Orders> orders) {
        Map<NodeId, Integer> stationOf = new HashMap<>();
        Map<NodeId, Double> speedOf = new HashMap<>();
        for (Station station : deployment.stations()) {
            stationOf.put(station.node(), stationOf.size());
            speedOf.put(station.node(), station.speed());
        }
        List<Used> used = new ArrayList<>();
        List<Flow> flows = new ArrayList<>();
        for (ServiceModel service : deployment.services()) {
            ArrivalProcess arrivals = workload.of(service.id());
            Map<ChainId, List<Orders.Alternative>> byChain = byChain(service, orders);
            for (ChainModel chain : service.chains()) {
                List<Orders.Alternative> alternatives = byChain.getOrDefault(chain.id(), List.of());
                double share = alternatives.stream()
                        .mapToDouble(Orders.Alternative::probability)
                        .sum();
                if (share > 0) {
                    ChainFlow flow =
                            new ChainFlow(chain, service.exits(), alternatives, share * arrivals.arrivalRate());
                    used.add(new Used(service, chain, flow));
                    // Chains are drawn with low discrepancy: an interval of the chain is the sum of 1 / share
                    // intervals.
                    flows.add(flow.flow(
                            Dispersion.of(arrivals) * share, stationOf, node -> speedOf.getOrDefault(node, 1.0)));
                }
            }
        }
        int[] capacity =
                deployment.stations().stream().mapToInt(Station::capacity).toArray();
        return prediction(deployment, workload, used, new FlowNetwork(capacity, flows).solve());
    }

    private static Map<ChainId, List<Orders.Alternative>> byChain(ServiceModel service, Map<ServiceId, Orders> orders) {
        Orders own = orders.get(service.id());
        if (own == null) {
            throw new IllegalArgumentException(
                    "there are orders for %s, none for %s".formatted(orders.keySet(), service.id()));
        }
        Map<ChainId, List<Orders.Alternative>> byChain = new TreeMap<>();
        for (Orders.Alternative one : own.alternatives()) {
            byChain.computeIfAbsent(one.chain(), chain -> new ArrayList<>()).add(one);
        }
        return byChain;
    }

    private static Prediction prediction(
            Deployment deployment, Workload workload, List<Used> used, FlowSolution solution) {
        List<Prediction.OfService> services = new ArrayList<>();
        List<Prediction.OfChain> chains = new ArrayList<>();
        for (ServiceModel service : deployment.services()) {
            double rate = workload.of(service.id()).arrivalRate();
            double[] throughput = new double[service.exits().exits()];
            double correct = 0;
            double latency = 0;
            for (int i = 0; i < used.size(); i++) {
                Used one = used.get(i);
                if (!one.service().id().equals(service.id())) {
                    continue;
                }
                FlowSolution.FlowFigures figures = solution.flows().get(i);
                double[] own = one.flow().throughput(figures);
                for (int exit = 0; exit < own.length; exit++) {
                    throughput[exit] += own[exit];
                    correct += own[exit] * one.flow().accuracy(exit);
                }
                double chainLatency = figures.latency() + transfer(deployment, one);
                latency += figures.throughput() * chainLatency;
                chains.add(new Prediction.OfChain(
                        one.chain().id(), one.flow().arrivalRate(), figures.throughput(), chainLatency));
            }
            double all = Arrays.stream(throughput).sum();
            services.add(new Prediction.OfService(
                    service.id(),
                    rate,
                    List.of(1.0),
                    Math.max(0, 1 - all / rate),
                    Arrays.stream(throughput)
                            .map(one -> all == 0 ? 0 : one / all)
                            .boxed()
                            .toList(),
                    all == 0 ? 0 : correct / all,
                    correct / rate,
                    all == 0 ? 0 : latency / all));
        }
        List<Prediction.OfNode> nodes = new ArrayList<>();
        for (int i = 0; i < deployment.stations().size(); i++) {
            FlowSolution.StationFigures station = solution.stations().get(i);
            nodes.add(new Prediction.OfNode(
                    deployment.stations().get(i).node(), station.utilisation(), station.lossRatio()));
        }
        return new Prediction(services, chains, nodes);
    }

    /** Seconds on links, the mean over the jobs of the chain. */
    private static double transfer(Deployment deployment, Used used) {
        double seconds = 0;
        NodeId before =
                used.service().ingress().orElse(used.chain().visits().get(0).node());
        for (int hop = 0; hop < used.chain().visits().size(); hop++) {
            Visit visit = used.chain().visits().get(hop);
            for (Link link : deployment.links()) {
                if (link.from().equals(before) && link.to().equals(visit.node())) {
                    double one = visit.inputBytes() / link.bytesPerSecond() + link.delaySeconds();
                    seconds += used.flow().from(hop) * one;
                }
            }
            before = visit.node();
        }
        return seconds;
    }
}
