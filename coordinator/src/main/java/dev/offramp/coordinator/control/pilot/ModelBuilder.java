package dev.offramp.coordinator.control.pilot;

import dev.offramp.coordinator.simulation.ArrivalProcess;
import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.Discipline;
import dev.offramp.coordinator.simulation.ExitBehaviour;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.ServiceTime;
import dev.offramp.coordinator.simulation.Station;
import dev.offramp.coordinator.simulation.Visit;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.Chain;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.profile.ExitProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The queueing network that placement, node capacities and estimates describe. Left out: links, which telemetry does not
 * measure, and bytes. Services that others decide about slow their nodes down: speed 1 − their share of the time.
 * Stateless.
 */
final class ModelBuilder {
    private static final double LEAST_RATE = 0.02;
    private static final double LEAST_SPEED = 0.05;
    private static final double LEAST_SCV = 1e-4;

    private ModelBuilder() {}

    /** @param profiles by service; services without one leave where they were seen to leave */
    static Deployment deployment(PlanRequest request, Map<ServiceId, ExitProfile> profiles) {
        Estimates estimates = request.estimates();
        SortedMap<NodeId, Station> stations = new TreeMap<>();
        List<ServiceModel> services = new ArrayList<>();
        for (PlanRequest.Case one : request.cases()) {
            List<ChainModel> chains = new ArrayList<>();
            for (Chain chain : one.chains()) {
                chains.add(chain(chain, request));
                chain.hops().forEach(hop -> stations.computeIfAbsent(hop.node(), node -> station(node, request)));
            }
            ExitProfile profile = profiles.get(one.service().id());
            services.add(new ServiceModel(
                    one.service().id(),
                    Optional.empty(),
                    profile == null ? given(one, estimates) : new ExitBehaviour.Measured(profile),
                    one.service().overflow(),
                    0,
                    seconds(one.service().deadline()),
                    chains));
        }
        return new Deployment(List.copyOf(stations.values()), List.of(), services);
    }

    static Workload workload(PlanRequest request) {
        SortedMap<ServiceId, ArrivalProcess> arrivals = new TreeMap<>();
        for (PlanRequest.Case one : request.cases()) {
            Estimates.Arrivals known =
                    request.estimates().arrivals().get(one.service().id());
            if (known == null) {
                throw new IllegalArgumentException("no arrivals of %s are known yet"
                        .formatted(one.service().id()));
            }
            arrivals.put(one.service().id(), ArrivalShape.of(Math.max(LEAST_RATE, known.rate()), known.dispersion()));
        }
        return new Workload(arrivals);
    }

    private static Station station(NodeId node, PlanRequest request) {
        Integer capacity = request.capacityOf().get(node);
        if (capacity == null) {
            throw new IllegalArgumentException("the capacity of %s is not known".formatted(node));
        }
        double elsewhere = request.estimates().busyElsewhere().getOrDefault(node, 0.0);
        return new Station(node, capacity, Long.MAX_VALUE, Math.max(LEAST_SPEED, 1 - elsewhere), Discipline.FIRST_COME);
    }

    private static ChainModel chain(Chain chain, PlanRequest request) {
        List<Visit> visits = new ArrayList<>();
        for (int i = 0; i < chain.hops().size(); i++) {
            Hop hop = chain.hops().get(i);
            Estimates.Times times = times(chain, i, request);
            visits.add(Visit.of(
                    hop.node(),
                    0,
                    times.scv() < LEAST_SCV
                            ? new ServiceTime.Deterministic(times.mean())
                            : new ServiceTime.Gamma(times.mean(), times.scv()),
                    hop.partition().exits().stream().map(Exit::number).toList()));
        }
        return new ChainModel(chain.id(), visits);
    }

    /** As measured; a hop that has served nothing is taken to be like the slowest other hop with its partition. */
    private static Estimates.Times times(Chain chain, int index, PlanRequest request) {
        Map<HopId, Estimates.Times> known = request.estimates().times();
        Estimates.Times own = known.get(new HopId(chain.id(), index));
        if (own != null) {
            return own;
        }
        Estimates.Times slowest = null;
        for (PlanRequest.Case one : request.cases()) {
            for (Chain other : one.chains()) {
                for (int i = 0; i < other.hops().size(); i++) {
                    Estimates.Times times = known.get(new HopId(other.id(), i));
                    boolean alike = other.hops()
                            .get(i)
                            .partition()
                            .digest()
                            .equals(chain.hops().get(index).partition().digest());
                    if (alike && times != null && (slowest == null || times.mean() > slowest.mean())) {
                        slowest = times;
                    }
                }
            }
        }
        if (slowest == null) {
            throw new IllegalArgumentException(
                    "hop %d of chain %s has served no job yet, nor has another hop with its partition"
                            .formatted(index, chain.id()));
        }
        return slowest;
    }

    private static ExitBehaviour given(PlanRequest.Case one, Estimates estimates) {
        double[] seen = ExitReplay.seen(one, estimates);
        double[] shares = seen.length == 0 ? new double[one.chains().get(0).exits()] : seen;
        double sum = java.util.Arrays.stream(shares).sum();
        if (sum <= 0) {
            shares[shares.length - 1] = 1;
            sum = 1;
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= sum;
        }
        return ExitBehaviour.Given.of(shares, new double[shares.length]);
    }

    private static double seconds(Duration deadline) {
        return deadline.toNanos() / 1e9;
    }
}
