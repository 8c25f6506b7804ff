package dev.offramp.coordinator.control.pilot;

import dev.offramp.coordinator.scenario.Scenario;
import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.profile.ExitProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is known of the running cluster, as it would be simulated. Immutable by agreement.
 *
 * @param profiles of the services whose exits are known
 * @param hops those that have served jobs
 */
public record LiveModel(
        Scenario scenario, Map<ServiceId, ExitProfile> profiles, List<HopTimes> hops, List<Arrivals> arrivals) {
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

    /**
     * Throws {@link IllegalArgumentException} with what is not known yet.
     *
     * @param published exit profiles
     */
    public static LiveModel of(PlanRequest request, Function<Service, Optional<ExitProfile>> published) {
        Map<ServiceId, ExitProfile> profiles = new HashMap<>();
        Map<ServiceId, Orders> orders = new HashMap<>();
        List<HopTimes> hops = new ArrayList<>();
        List<Arrivals> arrivals = new ArrayList<>();
        for (PlanRequest.Case one : request.cases()) {
            ServiceId id = one.service().id();
            Estimates.Arrivals known = request.estimates().arrivals().get(id);
            if (known == null || Double.isInfinite(known.error())) {
                throw new IllegalArgumentException("no job of %s has come yet".formatted(id));
            }
            arrivals.add(new Arrivals(id, known.rate(), known.error(), known.dispersion()));
            one.fitted().or(() -> published.apply(one.service())).ifPresent(profile -> profiles.put(id, profile));
            orders.put(id, one.inForce());
            one.chains().forEach(chain -> addHops(chain, request.estimates(), hops));
        }
        Scenario scenario =
                new Scenario(ModelBuilder.deployment(request, profiles), ModelBuilder.workload(request), orders);
        return new LiveModel(scenario, profiles, hops, arrivals);
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
