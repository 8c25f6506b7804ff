package dev.offramp.coordinator.queueing;

import dev.offramp.coordinator.queueing.FlowSolution.FlowFigures;
import dev.offramp.coordinator.queueing.FlowSolution.HopFigures;
import dev.offramp.coordinator.queueing.FlowSolution.StationFigures;
import java.util.ArrayList;
import java.util.List;

/**
 * An open network of stations with finite buffers, shared by flows of jobs that are lost at a full buffer.
 *
 * <p>A station has one server, first come, first served, and K places with the one in service. A job follows the path of its
 * flow; where it finds K jobs, at the first hop or at a later one, it is lost. After a hop it goes on with the hop's
 * continuation probability and else leaves completed.
 *
 * <p>Method: decomposition with a fixed point, one station at a time ({@link Decomposition}). Arrivals between stations are
 * described by the covariance of the flows' counts over long times, by the queueing done upstream, which is not done again,
 * and by the law of intervals, which says who gets the place that becomes free in a full buffer. Poisson stations are exact
 * (M/G/1/K with the flows' mixture of gamma service times), metronomes nearly so.
 *
 * <p>Range: any load, service from constant to exponential and somewhat beyond, Poisson or smoother arrivals. Measured mean
 * absolute errors of throughput and latency: 1.5 % and 1.5 % (medians 0.3 % and 0.6 %) on the 5,000 published deployments of
 * 1 to 3 flows with constant service; below 2 % and 3 % against simulations of random networks with exits and gamma service
 * of scv 0 … 2; 2.9 % and 2.4 % with 6 to 12 flows on up to 66 stations. The largest errors are those of flows that lose
 * nearly all, and of periodic flows that shared a station, parted and meet again in step. Bursts are known by their
 * dispersion only: at 4, 6 % and 18 %. Immutable.
 */
public final class FlowNetwork {
    public static final int MAX_HOPS = 10_000;

    private final int[] capacity;
    private final List<Flow> flows;

    /**
     * @param capacity the places of each station, the job in service included; copied
     * @param flows the flows; their hops name stations by index
     */
    public FlowNetwork(int[] capacity, List<Flow> flows) {
        this.capacity = capacity.clone();
        this.flows = List.copyOf(flows);
        for (int places : capacity) {
            Arguments.capacity(places);
        }
        int hops = 0;
        for (Flow flow : flows) {
            hops += flow.path().size();
            for (FlowHop hop : flow.path()) {
                if (hop.station() >= capacity.length) {
                    throw new IllegalArgumentException("station (" + hop.station()
                            + ") of a hop must be below the number of" + " stations (" + capacity.length + ")");
                }
            }
        }
        if (hops > MAX_HOPS) {
            throw new IllegalArgumentException("the network has " + hops + " hops, more than " + MAX_HOPS);
        }
    }

    public FlowSolution solve() {
        HopTable table = new HopTable(capacity.length, flows);
        Decomposition decomposition = new Decomposition(table, capacity);
        boolean converged = decomposition.run();
        double[] reached = new double[table.hops];
        List<FlowFigures> figures = new ArrayList<>(flows.size());
        int first = 0;
        for (Flow flow : flows) {
            figures.add(follow(flow, first, table, reached));
            first += flow.path().size();
        }
        List<StationFigures> stations = new ArrayList<>(capacity.length);
        for (int[] hops : table.at) {
            stations.add(sum(hops, table, reached));
        }
        return new FlowSolution(figures, stations, converged);
    }

    /** Follows a flow once more with the final losses, so that no job is made or forgotten by tolerances. */
    private static FlowFigures follow(Flow flow, int first, HopTable table, double[] reached) {
        int length = flow.path().size();
        List<HopFigures> hops = new ArrayList<>(length);
        double rate = flow.arrivalRate();
        double elapsed = 0;
        double throughput = 0;
        double weighted = 0;
        for (int i = 0; i < length; i++) {
            int hop = first + i;
            double response = table.wait[hop] + table.service[hop];
            reached[hop] = rate;
            hops.add(new HopFigures(rate, table.loss[hop], response));
            elapsed += response;
            double served = rate * (1 - table.loss[hop]);
            double leaves = i + 1 == length ? served : served * (1 - table.continuation[hop]);
            throughput += leaves;
            weighted += leaves * elapsed;
            rate = served - leaves;
        }
        double latency = throughput > 0 ? weighted / throughput : elapsed;
        return new FlowFigures(throughput, latency, 1 - throughput / flow.arrivalRate(), hops);
    }

    private static StationFigures sum(int[] hops, HopTable table, double[] reached) {
        double arrivals = 0;
        double load = 0;
        double lost = 0;
        double utilisation = 0;
        for (int hop : hops) {
            double served = reached[hop] * (1 - table.loss[hop]);
            arrivals += reached[hop];
            load += reached[hop] * table.service[hop];
            lost += reached[hop] * table.loss[hop];
            utilisation += served * table.service[hop];
        }
        return new StationFigures(load, utilisation, arrivals > 0 ? lost / arrivals : 0);
    }
}
