package dev.offramp.coordinator.queueing;

import java.util.Arrays;
import java.util.List;

/**
 * The hops of all flows one after the other, and what the fixed point knows of each. Arrays are shared by the classes of
 * this package while one network is solved. Confined to a thread.
 */
final class HopTable {
    static final int NONE = -1;

    /** Rates do not fall below this share of the flow's arrival rate, so that every quotient is defined. */
    private static final double LEAST_RATE = 1e-12;

    final int hops;
    final int stations;
    final int[] station;
    /** The hop before and after on the path, or {@link #NONE}. */
    final int[] previous;

    final int[] next;
    final int[] position;
    final double[] service;
    final double[] serviceScv;
    final double[] continuation;
    /** The longest mean service upstream on the path; 0 at first hops. */
    final double[] slowest;

    /** Dispersion of the counts of external arrivals; of first hops only. */
    final double[] externalScv;

    final double[] leastRate;
    /** The hops of each station. */
    final int[][] at;
    /** The index of a hop in {@link #at}. */
    final int[] index;
    /** The station that this hop's jobs come from together with jobs of another hop here, or {@link #NONE}. */
    final int[] jointSource;

    /** Arrival rate. */
    final double[] rate;

    final double[] loss;
    /** Mean waiting time of jobs that are not lost. */
    final double[] wait;
    /** Interval since the arrival before of the same flow. */
    final Intervals own;
    /** Interval since the arrival before from the same {@link #jointSource}. */
    final Intervals joint;
    /** How far arrivals from the joint source are one stream rather than several independent ones, 0 … 1. */
    final double[] jointWeight;

    HopTable(int stations, List<Flow> flows) {
        this.stations = stations;
        hops = flows.stream().mapToInt(flow -> flow.path().size()).sum();
        station = new int[hops];
        previous = new int[hops];
        next = new int[hops];
        position = new int[hops];
        service = new double[hops];
        serviceScv = new double[hops];
        continuation = new double[hops];
        slowest = new double[hops];
        externalScv = new double[hops];
        leastRate = new double[hops];
        index = new int[hops];
        jointSource = new int[hops];
        rate = new double[hops];
        loss = new double[hops];
        wait = new double[hops];
        jointWeight = new double[hops];
        own = new Intervals(hops);
        joint = new Intervals(hops);
        int first = 0;
        for (Flow flow : flows) {
            add(flow, first);
            first += flow.path().size();
        }
        at = hopsByStation();
        for (int hop = 0; hop < hops; hop++) {
            jointSource[hop] = jointSource(hop);
        }
    }

    private void add(Flow flow, int first) {
        int length = flow.path().size();
        double passing = flow.arrivalRate();
        for (int i = 0; i < length; i++) {
            int hop = first + i;
            FlowHop visit = flow.path().get(i);
            station[hop] = visit.station();
            position[hop] = i;
            previous[hop] = i == 0 ? NONE : hop - 1;
            next[hop] = i + 1 == length ? NONE : hop + 1;
            service[hop] = visit.service().mean();
            serviceScv[hop] = visit.service().scv();
            slowest[hop] = i == 0 ? 0 : Math.max(slowest[hop - 1], service[hop - 1]);
            continuation[hop] = visit.continuation();
            externalScv[hop] = flow.arrivalScv();
            leastRate[hop] = LEAST_RATE * flow.arrivalRate();
            rate[hop] = Math.max(passing, leastRate[hop]);
            passing *= visit.continuation();
            own.setRenewal(hop, rate[hop], flow.arrivalScv());
            joint.copy(hop, own, hop);
        }
    }

    private int[][] hopsByStation() {
        int[] counts = new int[stations];
        for (int hop = 0; hop < hops; hop++) {
            index[hop] = counts[station[hop]]++;
        }
        int[][] byStation = new int[stations][];
        Arrays.setAll(byStation, n -> new int[counts[n]]);
        for (int hop = 0; hop < hops; hop++) {
            byStation[station[hop]][index[hop]] = hop;
        }
        return byStation;
    }

    private int jointSource(int hop) {
        int from = source(hop);
        if (from == NONE) {
            return NONE;
        }
        for (int other : at[station[hop]]) {
            if (other != hop && source(other) == from) {
                return from;
            }
        }
        return NONE;
    }

    /** The station that the hop's jobs come from, or {@link #NONE} if from outside. */
    int source(int hop) {
        return previous[hop] == NONE ? NONE : station[previous[hop]];
    }

    /** The station that the hop's jobs go to, or {@link #NONE} if none. */
    int target(int hop) {
        return next[hop] == NONE ? NONE : station[next[hop]];
    }

    /** Whether two hops of one station are fed by the same station. */
    boolean sameSource(int one, int other) {
        return previous[one] != NONE && source(one) == source(other);
    }
}
