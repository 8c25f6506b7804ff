package dev.offramp.coordinator.control.pilot;

import dev.offramp.partition.NodeId;
import java.util.List;

/**
 * What is predicted of a service under some orders. Immutable.
 *
 * @param lossRatio lost over accepted jobs
 * @param accuracy share of right answers among the completed jobs
 * @param exitShares of the completed jobs, from exit 1
 * @param meanLatencySeconds of the completed jobs
 * @param bottleneck the node whose server is busiest
 * @param utilisation share of the time that it works
 */
public record Forecast(
        double lossRatio,
        double accuracy,
        List<Double> exitShares,
        double meanLatencySeconds,
        NodeId bottleneck,
        double utilisation) {
    public Forecast {
        exitShares = List.copyOf(exitShares);
    }
}
