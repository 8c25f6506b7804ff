package dev.offramp.coordinator.queueing;

/**
 * What the counts of the flows vary by: the covariances between stations, and the queueing that has been done.
 *
 * <p><b>Counts.</b> Lost jobs thin a flow's count C to T = (1 − L)² C + λ(1 − L)L; then the work that the server completes
 * has the variance of {@link ReflectedMotion}, at most (1 − L)² of the arriving work's, and what the flows' thinned counts
 * exceed it by is taken off along T s, as in a regression on the completed work: of a saturated server, flows leave with
 * counts that compensate each other.
 *
 * <p><b>Queueing done upstream.</b> In a tree of constant servers the jobs that wait at the root are those that would wait
 * if all arrived there directly, less those that wait upstream (Friedman, Oper. Res. 13 (1965), DOI 10.1287/opre.13.1.121;
 * Modiano, Wieselthier, Ephremides, IEEE Trans. Inf. Theory 42 (1996), DOI 10.1109/18.485740). In an embedded chain of drift
 * γ the mean queue is variance/2γ, hence the variance of arrivals is reduced by 2γQ. Q, the jobs waiting upstream, is kept by
 * pairs of flows: new queueing is shared out as in light load, λ_i λ_j s_j²/2, less what a pair has done already, and times
 * 1 − scv of service, for exponential servers smooth nothing. A flow behind a server slower than this one has waited longer
 * than it would here; of the excess over the queue it would form alone only ρ_o/(ρ_o + 2(1 − s/s_slowest)) counts, ρ_o the
 * load of the other flows. Confined to a thread.
 */
final class DepartureCounts {
    /** Weight of the excess of the slowest server upstream against the load of others. */
    private static final double SLOWNESS = 2;

    private static final double RATE_TOLERANCE = 1e-5;
    private static final double QUEUE_TOLERANCE = 1e-3;
    private static final double QUEUE_FLOOR = 0.01;
    private static final double NO_VARIANCE = 1e-12;

    private final HopTable table;
    private final int[] capacity;
    // Per station, hops times hops.
    /** Covariance rates of the arriving counts. */
    private final double[][] arriving;
    /** Covariance rates of the completed counts. */
    private final double[][] completed;
    /** Jobs of flow i that have waited upstream because of flow j, as far as that smooths. */
    private final double[][] inheritedQueueing;
    /** The same with those that wait here. */
    private final double[][] queueingDone;

    private final double[] totalQueueing;
    private final double[] acceptedRate;
    private final double[] acceptedService;
    private final double[] rawVariance;
    private final double[] projected;

    DepartureCounts(HopTable table, int[] capacity) {
        this.table = table;
        this.capacity = capacity;
        int most = 0;
        arriving = new double[table.stations][];
        completed = new double[table.stations][];
        queueingDone = new double[table.stations][];
        inheritedQueueing = new double[table.stations][];
        for (int n = 0; n < table.stations; n++) {
            int count = table.at[n].length;
            most = Math.max(most, count);
            arriving[n] = new double[count * count];
            completed[n] = new double[count * count];
            queueingDone[n] = new double[count * count];
            inheritedQueueing[n] = new double[count * count];
            for (int i = 0; i < count; i++) {
                completed[n][i * count + i] = table.rate[table.at[n][i]];
            }
        }
        totalQueueing = new double[table.stations];
        acceptedRate = new double[table.stations];
        acceptedService = new double[table.stations];
        rawVariance = new double[table.stations];
        projected = new double[most];
    }

    /** The variance rate of the work that arrives, as far as a queue with this drift feels it. */
    double arrivalVariance(int station, double drift, double load) {
        int[] hops = table.at[station];
        int count = hops.length;
        double[] counts = arriving[station];
        double variance = 0;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                double covariance = covariance(hops[i], hops[j]);
                counts[i * count + j] = covariance;
                inheritedQueueing[station][i * count + j] = inheritedQueueing(hops[i], hops[j]);
                variance += table.service[hops[i]] * table.service[hops[j]] * covariance;
            }
        }
        rawVariance[station] = variance;
        for (int i = 0; i < count; i++) {
            if (table.previous[hops[i]] != HopTable.NONE && firstFrom(hops, i)) {
                variance -= reduction(station, i, drift, load);
            }
        }
        return variance;
    }

    private boolean firstFrom(int[] hops, int i) {
        for (int j = 0; j < i; j++) {
            if (table.sameSource(hops[j], hops[i])) {
                return false;
            }
        }
        return true;
    }

    private double reduction(int station, int first, double drift, double load) {
        int[] hops = table.at[station];
        int count = hops.length;
        double rate = 0;
        double work = 0;
        double variance = 0;
        double queue = 0;
        double square = 0;
        double slowest = 0;
        for (int i = first; i < count; i++) {
            if (!table.sameSource(hops[first], hops[i])) {
                continue;
            }
            rate += table.rate[hops[i]];
            work += table.rate[hops[i]] * table.service[hops[i]];
            square += table.rate[hops[i]]
                    * table.service[hops[i]]
                    * table.service[hops[i]]
                    * (1 + table.serviceScv[hops[i]]);
            slowest += table.rate[hops[i]] * table.slowest[hops[i]];
            for (int j = first; j < count; j++) {
                if (table.sameSource(hops[first], hops[j])) {
                    variance += table.service[hops[i]] * table.service[hops[j]] * arriving[station][i * count + j];
                    queue += inheritedQueueing[station][i * count + j];
                }
            }
        }
        if (work < 1) {
            double alone = rate * square / 2 / (1 - work);
            double faster = Math.max(0, 1 - work / slowest);
            double others = load - work;
            if (alone < queue && faster > 0) {
                queue = alone + (queue - alone) * others / (others + SLOWNESS * faster);
            }
        }
        return Math.min(variance, 2 * drift * queue * work / rate);
    }

    private double inheritedQueueing(int one, int other) {
        if (!table.sameSource(one, other)) {
            return 0;
        }
        int before = table.previous[one];
        int otherBefore = table.previous[other];
        int from = table.station[before];
        return queueingDone[from][table.index[before] * table.at[from].length + table.index[otherBefore]]
                * table.continuation[before]
                * table.continuation[otherBefore];
    }

    private double covariance(int one, int other) {
        int before = table.previous[one];
        int otherBefore = table.previous[other];
        if (before == HopTable.NONE || otherBefore == HopTable.NONE) {
            return one == other ? table.rate[one] * table.externalScv[one] : 0;
        }
        int from = table.station[before];
        if (from != table.station[otherBefore]) {
            return 0;
        }
        double both = completed[from][table.index[before] * table.at[from].length + table.index[otherBefore]];
        double go = table.continuation[before];
        return one == other ? go * go * both + (1 - go) * table.rate[one] : go * table.continuation[otherBefore] * both;
    }

    /**
     * Takes what a station does with its arrivals; returns whether that changed much.
     *
     * @param losses the loss ratio of each of its hops
     * @param queue the mean number of jobs that wait
     */
    boolean complete(int station, double[] losses, double load, double service, double queue) {
        int[] hops = table.at[station];
        double arrivals = 0;
        double accepted = 0;
        double work = 0;
        for (int i = 0; i < hops.length; i++) {
            double rate = table.rate[hops[i]] * (1 - losses[i]);
            arrivals += table.rate[hops[i]];
            accepted += rate;
            work += rate * table.service[hops[i]];
        }
        double lossRatio = 1 - accepted / arrivals;
        double share = completeCounts(station, losses, load, service, lossRatio);
        double done = queue * share;
        boolean moved =
                Math.abs(done - totalQueueing[station]) > QUEUE_TOLERANCE * (QUEUE_FLOOR + totalQueueing[station])
                        || Math.abs(accepted - acceptedRate[station]) > RATE_TOLERANCE * accepted;
        totalQueueing[station] = done;
        addQueueing(station, losses, done);
        acceptedRate[station] = accepted;
        acceptedService[station] = accepted > 0 ? work / accepted : service;
        return moved;
    }

    /** Shares the queueing out between pairs of flows as in light load, less what they have done upstream. */
    private void addQueueing(int station, double[] losses, double queue) {
        int[] hops = table.at[station];
        int count = hops.length;
        double[] done = queueingDone[station];
        double[] before = inheritedQueueing[station];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                double scv = table.serviceScv[hops[j]];
                double meets = table.rate[hops[i]]
                        * table.rate[hops[j]]
                        * table.service[hops[j]]
                        * table.service[hops[j]]
                        * (1 + scv)
                        / 2;
                double fresh = Math.max(0, meets - before[i * count + j]);
                sum += fresh;
                done[i * count + j] = fresh * Math.max(0, 1 - scv);
            }
        }
        double scale = sum > 0 ? queue / sum : 0;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                done[i * count + j] =
                        (done[i * count + j] * scale + before[i * count + j]) * (1 - losses[i]) * (1 - losses[j]);
            }
        }
    }

    private double completeCounts(int station, double[] losses, double load, double service, double lossRatio) {
        int[] hops = table.at[station];
        int count = hops.length;
        double[] in = arriving[station];
        double[] out = completed[station];
        double served = 0;
        double thinned = 0;
        for (int i = 0; i < count; i++) {
            double rate = table.rate[hops[i]];
            double service2 = table.service[hops[i]] * table.service[hops[i]];
            served += rate * service2 * (1 - losses[i]) * table.serviceScv[hops[i]];
            projected[i] = 0;
            for (int j = 0; j < count; j++) {
                double value = (1 - losses[i]) * (1 - losses[j]) * in[i * count + j];
                if (i == j) {
                    value += rate * losses[i] * (1 - losses[i]);
                }
                out[i * count + j] = value;
                projected[i] += value * table.service[hops[j]];
            }
            thinned += projected[i] * table.service[hops[i]];
        }
        double variance = (rawVariance[station] + served) / service;
        double z = 2 * (load - 1) * capacity[station] / Math.max(NO_VARIANCE, variance);
        double share = Math.min(ReflectedMotion.arrivalShare(z), (1 - lossRatio) * (1 - lossRatio));
        double target = Math.min(thinned, rawVariance[station] * share + served * ReflectedMotion.serviceShare(z));
        double taken = thinned > NO_VARIANCE ? (1 - target / thinned) / thinned : 0;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                out[i * count + j] -= projected[i] * projected[j] * taken;
            }
        }
        return share;
    }

    /** The completed jobs of all flows of a station per unit of time. */
    double acceptedRate(int station) {
        return acceptedRate[station];
    }

    /** Their mean service time. */
    double acceptedService(int station) {
        return acceptedService[station];
    }
}
