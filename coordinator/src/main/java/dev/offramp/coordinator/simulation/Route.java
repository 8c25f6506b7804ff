package dev.offramp.coordinator.simulation;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A chain of a service, ready to be followed, and what is counted about its jobs. Confined. */
final class Route {
    final ChainId chain;
    final int service;
    final Overflow overflow;
    final int priorityClass;
    final double deadlineSeconds;
    /** By hop: the station, the link that leads there or none, and the bytes that cross it. */
    final StationState[] stations;

    final @Nullable LinkState[] links;
    final long[] bytes;
    /** By exit (from 0): the hop at which jobs leave. */
    final int[] lastHop;
    /** By hop: the first exit (from 0) known after it. */
    final int[] firstExit;

    private final RandomGenerator[] random;
    /** By hop and exit: what a job that leaves at that exit runs there. */
    private final ServiceTime[][][] segments;
    /** By hop and exit: its length where it is always the same, else NaN. */
    private final double[][] constant;

    private final double[] slowness;

    long accepted;
    double latencySum;
    final long[] completed;
    final long[] correct;
    long correctInTime;
    final long[] lostAtHop;
    long queueFull;
    long expired;
    long jobsInFlight;
    private long inFlightAtStart;

    Route(ServiceModel service, int serviceNumber, int priorityClass, ChainModel model, Network network) {
        this.chain = model.id();
        this.service = serviceNumber;
        this.overflow = service.overflow();
        this.priorityClass = priorityClass;
        this.deadlineSeconds = service.deadlineSeconds();
        int hops = model.visits().size();
        int exits = model.exits();
        stations = new StationState[hops];
        links = new LinkState[hops];
        bytes = new long[hops];
        random = new RandomGenerator[hops];
        slowness = new double[hops];
        lastHop = new int[exits];
        firstExit = new int[hops];
        segments = new ServiceTime[hops][exits][];
        constant = new double[hops][exits];
        completed = new long[exits];
        correct = new long[exits];
        lostAtHop = new long[hops];
        Optional<NodeId> before = service.ingress();
        int seen = 0;
        for (int hop = 0; hop < hops; hop++) {
            Visit visit = model.visits().get(hop);
            NodeId node = visit.node();
            Network.Place place = network.place(node);
            stations[hop] = place.state();
            random[hop] = place.random();
            slowness[hop] = 1 / place.model().speed();
            bytes[hop] = visit.inputBytes();
            NodeId from = before.orElse(node);
            links[hop] = from.equals(node) ? null : network.link(from, node);
            before = Optional.of(node);
            firstExit[hop] = seen;
            seen = compile(visit, hop, seen);
        }
    }

    /** Which segments of hop {@code hop} run, by exit; returns the number of exits up to its end. */
    private int compile(Visit visit, int hop, int seen) {
        List<ServiceTime> run = new ArrayList<>();
        int exit = seen;
        for (Visit.Segment segment : visit.segments()) {
            run.add(segment.time());
            for (int i = 0; i < segment.exits().size(); i++) {
                lastHop[exit] = hop;
                set(hop, exit++, run);
            }
        }
        for (int deeper = exit; deeper < lastHop.length; deeper++) {
            set(hop, deeper, run);
        }
        return exit;
    }

    private void set(int hop, int exit, List<ServiceTime> run) {
        segments[hop][exit] = run.toArray(ServiceTime[]::new);
        boolean fixed = run.stream().allMatch(ServiceTime.Deterministic.class::isInstance);
        constant[hop][exit] = fixed
                ? slowness[hop] * run.stream().mapToDouble(ServiceTime::mean).sum()
                : Double.NaN;
    }

    /** Seconds that a job which leaves at {@code exit} is served at {@code hop}. */
    double serviceSeconds(int hop, int exit) {
        double fixed = constant[hop][exit];
        return Double.isNaN(fixed) ? draw(hop, exit) : fixed;
    }

    private double draw(int hop, int exit) {
        double seconds = 0;
        for (ServiceTime time : segments[hop][exit]) {
            seconds += time.sample(random[hop]);
        }
        return seconds * slowness[hop];
    }

    /** Forgets what was counted so far. */
    void restart() {
        accepted = 0;
        latencySum = 0;
        correctInTime = 0;
        queueFull = 0;
        expired = 0;
        inFlightAtStart = jobsInFlight;
        Arrays.fill(completed, 0);
        Arrays.fill(correct, 0);
        Arrays.fill(lostAtHop, 0);
    }

    long inFlightChange() {
        return jobsInFlight - inFlightAtStart;
    }

    SimulationResult.ChainResult result() {
        long all = Arrays.stream(completed).sum();
        return new SimulationResult.ChainResult(
                chain, accepted, all, Arrays.stream(lostAtHop).boxed().toList(), all == 0 ? 0 : latencySum / all);
    }
}
