package dev.offramp.coordinator.control.pilot;

import dev.offramp.coordinator.simulation.ArrivalProcess;
import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.Discipline;
import dev.offramp.coordinator.simulation.ExitBehaviour;
import dev.offramp.coordinator.simulation.Link;
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
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.profile.ExitProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The queueing network that placement, node capacities and estimates describe. Activations are as large as they travel, and take no time on links that
 * have not been measured, nodes are only full by jobs, and a job whose next hop is at the same node stays in service,
 * where on a board it would queue again. Services that others decide about slow their nodes down:
 * speed 1 − their share of the time. Stateless.
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
                chains.add(chain(chain, one.inForce(), request));
                chain.hops().forEach(hop -> stations.computeIfAbsent(hop.node(), node -> station(node, request)));
            }
            ExitProfile profile = profiles.get(one.service().id());
            services.add(new ServiceModel(
                    one.service().id(),
                    Optional.empty(),
                    profile == null ? given(one, estimates) : new ExitBehaviour.Measured(profile),
                    one.service().overflow(),
                    one.service().priority(),
                    seconds(one.service().deadline()),
                    chains));
        }
        return new Deployment(List.copyOf(stations.values()), links(request), services);
    }

    /** Those between a chain's nodes that have been measured. */
    static List<Link> links(PlanRequest request) {
        return request.estimates().links().stream()
                .filter(link -> request.cases().stream()
                        .flatMap(one -> one.chains().stream())
                        .anyMatch(chain -> uses(chain, link)))
                .sorted(Comparator.comparing(Link::from).thenComparing(Link::to))
                .toList();
    }

    private static boolean uses(Chain chain, Link link) {
        return IntStream.range(1, chain.hops().size())
                .anyMatch(hop -> chain.hops().get(hop - 1).node().equals(link.from())
                        && chain.hops().get(hop).node().equals(link.to()));
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

    private static ChainModel chain(Chain chain, Orders inForce, PlanRequest request) {
        List<Visit> visits = new ArrayList<>();
        for (int i = 0; i < chain.hops().size(); i++) {
            Hop hop = chain.hops().get(i);
            Visit.Segment segment = new Visit.Segment(
                    serviceTime(times(chain, i, inForce, request)),
                    hop.partition().exits().stream().map(Exit::number).toList());
            if (i > 0 && hop.node().equals(visits.getLast().node())) {
                visits.add(extended(visits.removeLast(), segment));
            } else {
                visits.add(new Visit(hop.node(), bytes(chain, i, request), List.of(segment)));
            }
        }
        return new ChainModel(chain.id(), visits);
    }

    /** That travel to the hop: as counted, which codecs make fewer, or as many as its activation has. */
    private static long bytes(Chain chain, int hop, PlanRequest request) {
        Double counted = request.estimates().travelling().get(new HopId(chain.id(), hop));
        return counted == null ? chain.hops().get(hop).partition().input().bytes() : Math.round(counted);
    }

    private static Visit extended(Visit visit, Visit.Segment segment) {
        List<Visit.Segment> segments = new ArrayList<>(visit.segments());
        segments.add(segment);
        return new Visit(visit.node(), visit.inputBytes(), segments);
    }

    private static ServiceTime serviceTime(Estimates.Times times) {
        return times.scv() < LEAST_SCV
                ? new ServiceTime.Deterministic(times.mean())
                : new ServiceTime.Gamma(times.mean(), times.scv());
    }

    /**
     * As measured; a hop that has served nothing is taken to be like the slowest other hop with its partition, or, where
     * the orders in force send it no job, so that waiting would not help, like the slowest hop of all.
     */
    private static Estimates.Times times(Chain chain, int index, Orders inForce, PlanRequest request) {
        Map<HopId, Estimates.Times> known = request.estimates().times();
        Estimates.Times own = known.get(new HopId(chain.id(), index));
        if (own != null) {
            return own;
        }
        Estimates.Times slowest = null;
        Estimates.Times slowestOfAll = null;
        for (PlanRequest.Case one : request.cases()) {
            for (Chain other : one.chains()) {
                for (int i = 0; i < other.hops().size(); i++) {
                    Estimates.Times times = known.get(new HopId(other.id(), i));
                    boolean alike = other.hops()
                            .get(i)
                            .partition()
                            .digest()
                            .equals(chain.hops().get(index).partition().digest());
                    if (alike) {
                        slowest = slower(slowest, times);
                    }
                    slowestOfAll = slower(slowestOfAll, times);
                }
            }
        }
        if (slowest == null && !getsJobs(chain, index, inForce)) {
            slowest = slowestOfAll;
        }
        if (slowest == null) {
            throw new IllegalArgumentException(
                    "hop %d of chain %s has served no job yet, nor has another hop with its partition"
                            .formatted(index, chain.id()));
        }
        return slowest;
    }

    private static Estimates.@Nullable Times slower(Estimates.@Nullable Times one, Estimates.@Nullable Times other) {
        boolean isSlower = one == null || (other != null && other.mean() > one.mean());
        return isSlower ? other : one;
    }

    /** Whether some job is told to go there, and not to leave before whatever its confidence. */
    private static boolean getsJobs(Chain chain, int hop, Orders inForce) {
        int exitsBefore = chain.hops().subList(0, hop).stream()
                .mapToInt(one -> one.partition().exits().size())
                .sum();
        return inForce.steps().stream()
                .flatMap(step -> step.alternatives().stream())
                .filter(one -> one.chain().equals(chain.id()) && one.probability() > 0)
                .anyMatch(one -> IntStream.rangeClosed(1, exitsBefore)
                        .allMatch(exit -> one.thresholds().at(exit) > 0));
    }

    private static ExitBehaviour given(PlanRequest.Case one, Estimates estimates) {
        double[] seen = ExitReplay.seen(one, estimates);
        double[] shares = seen.length == 0 ? new double[ExitReplay.exits(one)] : seen;
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
