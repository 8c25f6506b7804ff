package dev.offramp.coordinator.control.pilot;

import dev.offramp.coordinator.simulation.Link;
import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import java.util.ArrayList;
import java.util.List;

/**
 * What telemetry has measured so far. Immutable.
 *
 * @param hops those that have served jobs
 * @param arrivals of the services whose ingress has reported
 * @param links between nodes of a chain, those that have carried jobs
 */
public record Measured(List<HopTimes> hops, List<Arrivals> arrivals, List<Link> links) {
    /**
     * @param hop from 0
     * @param mean seconds
     * @param scv squared coefficient of variation
     * @param jobs that this rests on, older ones counting less
     */
    public record HopTimes(ChainId chain, int hop, NodeId node, double mean, double scv, double jobs) {}

    /**
     * @param rate jobs per second
     * @param error its standard error
     * @param dispersion variance over mean of the number of arrivals in a second
     */
    public record Arrivals(ServiceId service, double rate, double error, double dispersion) {}

    public Measured {
        hops = List.copyOf(hops);
        arrivals = List.copyOf(arrivals);
        links = List.copyOf(links);
    }

    public static Measured of(PlanRequest request) {
        List<HopTimes> hops = new ArrayList<>();
        List<Arrivals> arrivals = new ArrayList<>();
        for (PlanRequest.Case one : request.cases()) {
            ServiceId id = one.service().id();
            Estimates.Arrivals known = request.estimates().arrivals().get(id);
            if (known != null && known.isMeasured()) {
                arrivals.add(new Arrivals(id, known.rate(), known.error(), known.dispersion()));
            }
            one.chains().forEach(chain -> addHops(chain, request.estimates(), hops));
        }
        return new Measured(hops, arrivals, ModelBuilder.links(request));
    }

    private static void addHops(Chain chain, Estimates estimates, List<HopTimes> to) {
        for (int hop = 0; hop < chain.hops().size(); hop++) {
            Estimates.Times times = estimates.times().get(new HopId(chain.id(), hop));
            if (times != null) {
                to.add(new HopTimes(
                        chain.id(), hop, chain.hops().get(hop).node(), times.mean(), times.scv(), times.jobs()));
            }
        }
    }
}
