package dev.offramp.coordinator.queueing;

import java.util.List;

/**
 * Figures of a {@link FlowNetwork} in the long run.
 *
 * @param flows by the order of the network's flows
 * @param stations by the order of the network's stations
 * @param converged whether the last sweep changed nothing that matters; if not, the figures are the last ones
 */
public record FlowSolution(List<FlowFigures> flows, List<StationFigures> stations, boolean converged) {
    public FlowSolution {
        flows = List.copyOf(flows);
        stations = List.copyOf(stations);
    }

    /**
     * @param throughput completed jobs per unit of time, early exits included
     * @param latency mean time from arrival to completion of the jobs that complete
     * @param lossRatio the share of arriving jobs that are lost at any hop
     * @param hops by the order of the path
     */
    public record FlowFigures(double throughput, double latency, double lossRatio, List<HopFigures> hops) {
        public FlowFigures {
            hops = List.copyOf(hops);
        }
    }

    /**
     * @param arrivalRate jobs of the flow that reach the hop per unit of time
     * @param lossRatio the share of them that find the station full
     * @param responseTime mean time at the hop of those that do not
     */
    public record HopFigures(double arrivalRate, double lossRatio, double responseTime) {}

    /**
     * @param offeredLoad ρ, work that arrives per unit of time, lost work included
     * @param utilisation the share of time in which the server works
     * @param lossRatio lost over arriving jobs of all flows
     */
    public record StationFigures(double offeredLoad, double utilisation, double lossRatio) {}
}
