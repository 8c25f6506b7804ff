package dev.offramp.coordinator.simulation;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.hipparchus.distribution.continuous.TDistribution;

/** Independent runs of one simulation, each with random numbers of its own. Immutable. */
public final class Replications {
    private static final double LEVEL = 0.975;
    private final List<SimulationResult> results;

    private Replications(List<SimulationResult> results) {
        this.results = List.copyOf(results);
    }

    /**
     * A mean over replications.
     *
     * @param halfWidth half the width of the 95 % confidence interval (Student's t); NaN for a single replication
     */
    public record Estimate(double mean, double halfWidth) {}

    /** Replication {@code i} of two calls with the same streams sees the same arrivals and jobs. */
    public static Replications run(
            Deployment deployment,
            Workload workload,
            Map<ServiceId, Orders> orders,
            long arrivals,
            double warmUp,
            int count,
            RandomStreams streams) {
        List<SimulationResult> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            results.add(Simulation.run(deployment, workload, orders, arrivals, warmUp, streams.replication(i)));
        }
        return new Replications(results);
    }

    public static Replications of(List<SimulationResult> results) {
        return new Replications(results);
    }

    /**
     * Mean of a figure's differences, replication by replication. Where both see the same arrivals and jobs, its interval is
     * narrower than that of either figure.
     *
     * @param other with as many replications
     */
    public Estimate less(
            Replications other, ServiceId service, ToDoubleFunction<SimulationResult.ServiceResult> figure) {
        if (other.results.size() != results.size()) {
            throw new IllegalArgumentException("%d replications compared with %d: expected as many"
                    .formatted(results.size(), other.results.size()));
        }
        List<Double> differences = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            differences.add(figure.applyAsDouble(results.get(i).service(service))
                    - figure.applyAsDouble(other.results.get(i).service(service)));
        }
        return estimate(differences);
    }

    public Estimate overall(ToDoubleFunction<SimulationResult> figure) {
        return estimate(
                results.stream().map(result -> figure.applyAsDouble(result)).toList());
    }

    private static Estimate estimate(List<Double> values) {
        int count = values.size();
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
        if (count < 2) {
            return new Estimate(mean, Double.NaN);
        }
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        double quantile = new TDistribution(count - 1).inverseCumulativeProbability(LEVEL);
        return new Estimate(mean, quantile * Math.sqrt(squares / (count - 1) / count));
    }

    public Estimate of(ServiceId service, ToDoubleFunction<SimulationResult.ServiceResult> figure) {
        return overall(result -> figure.applyAsDouble(result.service(service)));
    }

    public Estimate of(NodeId node, ToDoubleFunction<SimulationResult.StationResult> figure) {
        return overall(result -> figure.applyAsDouble(result.station(node)));
    }
}
