package dev.offramp.coordinator.predict;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import java.util.List;

/** What is expected in the long run. Immutable. */
public record Prediction(List<OfService> services, List<OfChain> chains, List<OfNode> nodes) {
    /**
     * @param arrivalRate jobs per second
     * @param stepShares share of the jobs by the step of the orders that holds when they come
     * @param lossRatio lost over accepted jobs
     * @param exitShares share of the completed jobs by exit, from exit 1; all 0 where none completes
     * @param accuracy share of right answers among the completed jobs; 0 where none completes
     * @param correctGoodput right answers in time over accepted jobs
     * @param meanLatency of completed jobs, seconds
     */
    public record OfService(
            ServiceId id,
            double arrivalRate,
            List<Double> stepShares,
            double lossRatio,
            List<Double> exitShares,
            double accuracy,
            double correctGoodput,
            double meanLatency) {
        public OfService {
            stepShares = List.copyOf(stepShares);
            exitShares = List.copyOf(exitShares);
        }
    }

    /**
     * @param arrivalRate jobs per second that are assigned to it
     * @param throughput completed jobs per second
     * @param meanLatency of completed jobs, seconds
     */
    public record OfChain(ChainId id, double arrivalRate, double throughput, double meanLatency) {}

    /** @param utilisation share of time the server works */
    public record OfNode(NodeId id, double utilisation, double lossRatio) {}

    public Prediction {
        services = List.copyOf(services);
        chains = List.copyOf(chains);
        nodes = List.copyOf(nodes);
    }

    public OfService service(ServiceId id) {
        return services.stream()
                .filter(service -> service.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("nothing is predicted for %s".formatted(id)));
    }

    /** Lost over accepted jobs, over all services. */
    public double lossRatio() {
        double rate = services.stream().mapToDouble(OfService::arrivalRate).sum();
        return services.stream()
                        .mapToDouble(service -> service.arrivalRate() * service.lossRatio())
                        .sum()
                / rate;
    }

    /** The node whose server is busiest. */
    public OfNode bottleneck() {
        return nodes.stream()
                .max(java.util.Comparator.comparingDouble(OfNode::utilisation))
                .orElseThrow();
    }
}
