package dev.offramp.coordinator.queueing;

import java.util.List;

/**
 * Jobs that arrive from outside and visit stations in order.
 *
 * @param arrivalRate jobs per unit of time, more than 0
 * @param arrivalScv squared coefficient of variation of the interarrival time: 1 is Poisson, 0 is a metronome. Of
 *     arrivals that are not a renewal process, the dispersion of their counts over a long time, e.g. {@link
 *     Mmpp#countDispersion}
 * @param path the hops in order, at least one
 */
public record Flow(double arrivalRate, double arrivalScv, List<FlowHop> path) {
    public static final int MAX_HOPS = 256;

    public Flow {
        Arguments.positive("arrival rate", arrivalRate);
        Arguments.notNegative("squared coefficient of variation of arrivals", arrivalScv);
        path = List.copyOf(path);
        if (path.isEmpty() || path.size() > MAX_HOPS) {
            throw new IllegalArgumentException("a flow has 1 … " + MAX_HOPS + " hops, not " + path.size());
        }
    }

    public static Flow poisson(double arrivalRate, List<FlowHop> path) {
        return new Flow(arrivalRate, 1, path);
    }
}
