package dev.offramp.coordinator.predict.analytic;

import dev.offramp.coordinator.queueing.Flow;
import dev.offramp.coordinator.queueing.FlowHop;
import dev.offramp.coordinator.queueing.FlowSolution;
import dev.offramp.coordinator.queueing.ServiceMoments;
import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.ExitBehaviour;
import dev.offramp.coordinator.simulation.ServiceTime;
import dev.offramp.coordinator.simulation.Visit;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.profile.ExitMix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The jobs of one chain as a flow: where they leave, and how long they are served at each hop. Immutable. */
final class ChainFlow {
    private final ChainModel chain;
    private final double arrivalRate;
    /** By exit, from exit 1: share of the jobs, and share of right ones among them. */
    private final double[] share;

    private final double[] accuracy;
    /** By exit: the hop at which its jobs leave. */
    private final int[] lastHop;

    ChainFlow(ChainModel chain, ExitBehaviour exits, List<Orders.Alternative> alternatives, double arrivalRate) {
        this.chain = chain;
        this.arrivalRate = arrivalRate;
        this.share = new double[exits.exits()];
        this.accuracy = new double[exits.exits()];
        this.lastHop = new int[exits.exits()];
        int exit = 0;
        for (int hop = 0; hop < chain.visits().size(); hop++) {
            for (Visit.Segment segment : chain.visits().get(hop).segments()) {
                for (int i = 0; i < segment.exits().size(); i++) {
                    lastHop[exit++] = hop;
                }
            }
        }
        double all = alternatives.stream()
                .mapToDouble(Orders.Alternative::probability)
                .sum();
        for (Orders.Alternative one : alternatives) {
            add(exits, one, one.probability() / all);
        }
        for (int i = 0; i < share.length; i++) {
            accuracy[i] = share[i] == 0 ? 0 : accuracy[i] / share[i];
        }
    }

    /** Until all are added, {@code accuracy} holds the right answers. */
    private void add(ExitBehaviour exits, Orders.Alternative alternative, double weight) {
        switch (exits) {
            case ExitBehaviour.Measured measured -> {
                ExitMix mix = measured.profile().replay(alternative.thresholds());
                for (int i = 0; i < share.length; i++) {
                    share[i] += weight * mix.share(i + 1);
                    accuracy[i] += weight * mix.correct(i + 1) / mix.completed();
                }
            }
            case ExitBehaviour.Given given -> {
                for (int i = 0; i < share.length; i++) {
                    share[i] += weight * given.share(i + 1);
                    accuracy[i] += weight * given.share(i + 1) * given.accuracy(i + 1);
                }
            }
        }
    }

    /** @param arrivalScv squared coefficient of variation of the interarrival times on this chain */
    Flow flow(double arrivalScv, Map<NodeId, Integer> stationOf, ToDoubleFunction<NodeId> speed) {
        List<FlowHop> path = new ArrayList<>();
        for (int hop = 0; hop < chain.visits().size(); hop++) {
            Visit visit = chain.visits().get(hop);
            double come = from(hop);
            double continuation = come > 0 ? Math.min(1, from(hop + 1) / come) : 0;
            path.add(new FlowHop(
                    stationOf.getOrDefault(visit.node(), -1),
                    service(hop, visit, speed.applyAsDouble(visit.node())),
                    continuation));
        }
        return new Flow(arrivalRate, arrivalScv, path);
    }

    /** Share of the jobs that leave at hop {@code hop} or later. */
    double from(int hop) {
        double sum = 0;
        for (int i = 0; i < share.length; i++) {
            sum += lastHop[i] >= hop ? share[i] : 0;
        }
        return sum;
    }

    /** Moments over the jobs that come to the hop: each runs the segments up to its exit. */
    private ServiceMoments service(int hop, Visit visit, double speed) {
        double mean = 0;
        double square = 0;
        double come = from(hop);
        for (int i = 0; i < share.length; i++) {
            if (lastHop[i] < hop || (share[i] == 0 && come > 0)) {
                continue;
            }
            double weight = come > 0 ? share[i] / come : 1;
            double total = 0;
            double variance = 0;
            int passed = 0;
            int before = exitsBefore(hop);
            for (Visit.Segment segment : visit.segments()) {
                if (lastHop[i] == hop && before + passed > i) {
                    break;
                }
                ServiceTime time = segment.time();
                total += time.mean() / speed;
                variance += time.scv() * time.mean() * time.mean() / (speed * speed);
                passed += segment.exits().size();
            }
            mean += weight * total;
            square += weight * (variance + total * total);
            if (come == 0) {
                break;
            }
        }
        double scv = mean == 0 ? 0 : Math.max(0, square / (mean * mean) - 1);
        return new ServiceMoments(Math.max(mean, Double.MIN_NORMAL), scv);
    }

    private int exitsBefore(int hop) {
        int count = 0;
        while (count < lastHop.length && lastHop[count] < hop) {
            count++;
        }
        return count;
    }

    /** Completed jobs per second by exit, given what became of the flow. */
    double[] throughput(FlowSolution.FlowFigures figures) {
        double[] throughput = new double[share.length];
        for (int i = 0; i < share.length; i++) {
            int hop = lastHop[i];
            FlowSolution.HopFigures here = figures.hops().get(hop);
            double come = from(hop);
            throughput[i] = come == 0 ? 0 : here.arrivalRate() * (1 - here.lossRatio()) * share[i] / come;
        }
        return throughput;
    }

    double accuracy(int index) {
        return accuracy[index];
    }

    double arrivalRate() {
        return arrivalRate;
    }
}
