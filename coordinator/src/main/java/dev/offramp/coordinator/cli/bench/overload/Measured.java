package dev.offramp.coordinator.cli.bench.overload;

import dev.offramp.coordinator.cli.bench.HopCounter;
import dev.offramp.coordinator.cli.bench.OpenLoop;
import java.util.ArrayList;
import java.util.List;

/**
 * What a line did under one load, after a warm-up. Immutable.
 *
 * @param warmUp jobs that came before and were not counted
 * @param jobs counted
 * @param arrivalRate of these, per second
 * @param hops what each agent did
 */
record Measured(Condition condition, long warmUp, long jobs, double arrivalRate, List<Hop> hops) {
    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * What it was put under.
     *
     * @param arrivalRate asked for, per second
     */
    record Condition(Line line, Arrivals arrivals, double arrivalRate) {}

    /**
     * One agent.
     *
     * @param lost counted jobs that were lost here
     * @param served all jobs that were served here, warm-up included
     * @param meanServiceTime of these, seconds: how long each kept the server from others
     * @param serviceScv squared coefficient of variation
     */
    record Hop(long lost, long served, double meanServiceTime, double serviceScv) {
        static Hop of(long lost, HopCounter counted) {
            double mean = counted.nanosSum() / counted.served();
            double square = counted.nanosSquareSum() / counted.served();
            return new Hop(lost, counted.served(), mean / NANOS_PER_SECOND, Math.max(0, square / (mean * mean) - 1));
        }
    }

    Measured {
        hops = List.copyOf(hops);
    }

    /**
     * @param fates of all jobs, in order
     * @param counted by each agent, of the same jobs
     */
    static Measured of(Condition condition, List<OpenLoop.Fate> fates, long warmUp, List<HopCounter> counted) {
        List<OpenLoop.Fate> later = fates.subList((int) warmUp, fates.size());
        long[] lost = new long[counted.size()];
        for (OpenLoop.Fate fate : later) {
            if (fate.outcome().hasLost()) {
                lost[condition.line().agents().indexOf(fate.outcome().getLost().getNode())]++;
            }
        }
        List<Hop> hops = new ArrayList<>();
        for (int hop = 0; hop < lost.length; hop++) {
            hops.add(Hop.of(lost[hop], counted.get(hop)));
        }
        long nanos = later.getLast().sentNanos() - later.getFirst().sentNanos();
        return new Measured(condition, warmUp, later.size(), (later.size() - 1) * NANOS_PER_SECOND / nanos, hops);
    }

    Line line() {
        return condition.line();
    }

    /** Whether they were measured at the same time. */
    boolean ranBeside(Measured other) {
        return line().law() == other.line().law()
                && condition.arrivals() == other.condition.arrivals()
                && condition.arrivalRate() == other.condition.arrivalRate();
    }

    /** Jobs lost at a hop over all jobs. */
    double lossRatio(int hop) {
        return (double) hops.get(hop).lost() / jobs;
    }
}
