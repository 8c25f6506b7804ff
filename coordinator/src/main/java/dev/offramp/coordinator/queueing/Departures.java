package dev.offramp.coordinator.queueing;

/**
 * What leaves the stations: the long-run covariance of the flows' counts, the intervals between jobs, and the queueing
 * already done.
 *
 * <p><b>Counts.</b> Lost jobs thin a flow's count C to T = (1 − L)² C + λ(1 − L)L; then the work that the server completes
 * has the variance of {@link ReflectedMotion}, and what the flows' thinned counts exceed it by is taken off along T s, as in a
 * regression on the completed work: of a saturated server, flows leave with counts that compensate each other.
 *
 * <p><b>Queueing already done.</b> In a tree of constant servers the jobs that wait at the root are those that would wait if
 * all arrived there directly, less those that wait upstream (Friedman, Oper. Res. 13 (1965), DOI
 * 10.1287/opre.13.1.121; Modiano, Wieselthier, Ephremides, IEEE Trans. Inf. Theory 42 (1996), DOI 10.1109/18.481800). In an
 * embedded chain of drift γ the mean queue is variance/2γ, hence the variance of arrivals is reduced by 2γQ, Q the mean number
 * of jobs waiting upstream, times the square of the share of the stream that comes here, times 1 − scv of upstream service.
 *
 * <p><b>Intervals.</b> Behind a busy server a job follows the one before after its own service time; else an idle time
 * comes first; jobs that go elsewhere lie between with geometric frequency. A flow that passes a lightly loaded station
 * keeps its own intervals, blurred by its waiting time; the narrower of the two descriptions is taken. Confined to a thread.
 */
final class Departures {
    private static final double RATE_TOLERANCE = 1e-5;
    private static final double QUEUE_TOLERANCE = 1e-3;
    private static final double QUEUE_FLOOR = 0.01;

    private final HopTable table;
    private final int[] capacity;
    /** Covariance rates of arriving and of completed counts per station, hops times hops. */
    private final double[][] arriving;

    private final double[][] completed;
    private final double[] queueingDone;
    private final double[] smoothing;
    private final double[] acceptedRate;
    private final double[] acceptedService;
    private final double[] rawVariance;
    private final double[] projected;
    private double inherited;

    Departures(HopTable table, int[] capacity) {
        this.table = table;
        this.capacity = capacity;
        int most = 0;
        arriving = new double[table.stations][];
        completed = new double[table.stations][];
        for (int n = 0; n < table.stations; n++) {
            int count = table.at[n].length;
            most = Math.max(most, count);
            arriving[n] = new double[count * count];
            completed[n] = new double[count * count];
            for (int i = 0; i < count; i++) {
                completed[n][i * count + i] = table.rate[table.at[n][i]];
            }
        }
        queueingDone = new double[table.stations];
        smoothing = new double[table.stations];
        acceptedRate = new double[table.stations];
        acceptedService = new double[table.stations];
        rawVariance = new double[table.stations];
        projected = new double[most];
    }

    /** The variance rate of the work that arrives, as far as a queue with this drift feels it. */
    double arrivalVariance(int station, double drift) {
        int[] hops = table.at[station];
        int count = hops.length;
        double[] counts = arriving[station];
        double variance = 0;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                double covariance = covariance(hops[i], hops[j]);
                counts[i * count + j] = covariance;
                variance += table.service[hops[i]] * table.service[hops[j]] * covariance;
            }
        }
        rawVariance[station] = variance;
        inherited = 0;
        for (int i = 0; i < count; i++) {
            int from = table.source(hops[i]);
            if (from != HopTable.NONE && firstFrom(hops, i)) {
                variance -= reduction(station, i, from, drift);
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

    private double reduction(int station, int first, int from, double drift) {
        int[] hops = table.at[station];
        int count = hops.length;
        double rate = 0;
        double work = 0;
        double variance = 0;
        for (int i = first; i < count; i++) {
            if (!table.sameSource(hops[first], hops[i])) {
                continue;
            }
            rate += table.rate[hops[i]];
            work += table.rate[hops[i]] * table.service[hops[i]];
            for (int j = first; j < count; j++) {
                if (table.sameSource(hops[first], hops[j])) {
                    variance += table.service[hops[i]] * table.service[hops[j]] * arriving[station][i * count + j];
                }
            }
        }
        double share = acceptedRate[from] > 0 ? Math.min(1, rate / acceptedRate[from]) : 1;
        double queue = share * share * queueingDone[from];
        inherited += queue;
        return Math.min(variance, 2 * drift * queue * smoothing[from] * work / rate);
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
        double accepted = 0;
        double work = 0;
        for (int i = 0; i < hops.length; i++) {
            double rate = table.rate[hops[i]] * (1 - losses[i]);
            accepted += rate;
            work += rate * table.service[hops[i]];
        }
        double done = inherited + queue;
        boolean moved = Math.abs(done - queueingDone[station]) > QUEUE_TOLERANCE * (QUEUE_FLOOR + queueingDone[station])
                || Math.abs(accepted - acceptedRate[station]) > RATE_TOLERANCE * accepted;
        queueingDone[station] = done;
        acceptedRate[station] = accepted;
        acceptedService[station] = accepted > 0 ? work / accepted : service;
        completeCounts(station, losses, load, service);
        return moved;
    }

    private void completeCounts(int station, double[] losses, double load, double service) {
        int[] hops = table.at[station];
        int count = hops.length;
        double[] in = arriving[station];
        double[] out = completed[station];
        double served = 0;
        double squares = 0;
        double thinned = 0;
        for (int i = 0; i < count; i++) {
            double rate = table.rate[hops[i]];
            double square = rate * table.service[hops[i]] * table.service[hops[i]] * (1 - losses[i]);
            squares += square;
            served += square * table.serviceScv[hops[i]];
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
        smoothing[station] = squares > 0 ? Math.max(0, 1 - served / squares) : 1;
        double variance = (rawVariance[station] + served) / service;
        double z = 2 * (load - 1) * capacity[station] / Math.max(1e-9, variance);
        double target = Math.min(
                thinned,
                rawVariance[station] * ReflectedMotion.arrivalShare(z) + served * ReflectedMotion.serviceShare(z));
        double taken = thinned > 1e-15 ? (1 - target / thinned) / thinned : 0;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                out[i * count + j] -= projected[i] * projected[j] * taken;
            }
        }
    }

    /**
     * Describes the intervals with which a hop's jobs reach the next hop; returns their rate.
     *
     * @param emptied the probability that a departing job leaves an empty station
     */
    double describe(int station, int hop, double[] losses, double emptied) {
        int after = table.next[hop];
        int[] hops = table.at[station];
        double rate = Math.max(
                table.rate[hop] * (1 - losses[table.index[hop]]) * table.continuation[hop], table.leastRate[after]);
        double idle = Math.max(0, 1 / acceptedRate[station] - acceptedService[station]);
        double idleSquared = 2 * idle * idle / Math.clamp(emptied, 1e-9, 1);

        Between others = new Between();
        Between strangers = new Between();
        double along = 0;
        int companions = 0;
        for (int i = 0; i < hops.length; i++) {
            int other = hops[i];
            double done = table.rate[other] * (1 - losses[i]);
            double stays = table.target(other) == table.station[after] ? done * table.continuation[other] : 0;
            double service = table.service[other];
            double square = service * service * (1 + table.serviceScv[other]);
            others.add(other == hop ? Math.max(0, done - rate) : done, service, square);
            strangers.add(done - stays, service, square);
            along += stays;
            companions += table.next[other] != HopTable.NONE && table.target(other) == table.station[after] ? 1 : 0;
        }
        describeOwn(hop, after, losses[table.index[hop]], rate, idle, idleSquared, others);
        if (companions > 1) {
            behindServer(table.joint, hop, after, Math.max(along, rate), idle, idleSquared, strangers);
            table.jointWeight[after] = Math.min(1, acceptedRate[station] * acceptedService[station]);
            passJoint(station, hop, after);
        } else {
            table.joint.copy(after, table.own, after);
            table.jointWeight[after] = 0;
        }
        return rate;
    }

    private void describeOwn(
            int hop, int after, double loss, double rate, double idle, double idleSquared, Between others) {
        behindServer(table.own, hop, after, rate, idle, idleSquared, others);
        double kept = (1 - loss) * table.continuation[hop];
        double mean = table.own.mean(hop);
        double wait = table.wait[hop];
        double passed = table.own.variance(hop) / kept + (1 - kept) / (kept * kept) * mean * mean + wait * wait;
        if (passed < table.own.variance(after)) {
            double bare = table.service[hop] * (1 - Math.min(1, Math.sqrt(table.serviceScv[hop])));
            double excess = Math.max(0, 1 / rate - Math.max(bare, table.own.spacing(hop) - wait));
            table.own.set(after, 1 / rate - excess, excess, excess * excess + passed);
        }
    }

    /** The interval behind a busy server, or an idle one, with jobs of others between. */
    private void behindServer(
            Intervals intervals, int hop, int after, double rate, double idle, double idleSquared, Between others) {
        double service = table.service[hop];
        double scv = table.serviceScv[hop];
        double loose = service * Math.min(1, Math.sqrt(scv));
        double perJob = others.rate / rate;
        double one = others.meanService() + idle;
        double oneSquared = others.meanSquare() + 2 * others.meanService() * idle + idleSquared;
        double between = perJob * one;
        double betweenVariance = perJob * oneSquared + perJob * perJob * one * one;
        double excess = loose + idle + between;
        double variance = service * service * scv + idleSquared - idle * idle + betweenVariance;
        intervals.set(after, service - loose, excess, excess * excess + variance);
    }

    /** Streams that came together and pass a lightly loaded station together stay in step. */
    private void passJoint(int station, int hop, int after) {
        double broken = table.jointWeight[after];
        double kept = table.jointSource[hop] == HopTable.NONE ? 0 : table.jointWeight[hop] * (1 - broken);
        if (kept <= broken) {
            return;
        }
        double rate = 0;
        double work = 0;
        for (int other : table.at[station]) {
            boolean came = table.sameSource(hop, other);
            boolean goes = table.target(other) == table.station[after];
            if (came != goes) {
                return;
            }
            if (came) {
                rate += table.rate[other];
                work += table.rate[other] * table.service[other];
            }
        }
        table.joint.copy(after, table.joint, hop);
        double later = table.service[hop] - work / rate;
        table.joint.setSpacing(after, Math.max(table.service[hop], table.joint.spacing(hop) + later));
        table.jointWeight[after] = kept;
    }

    /** The jobs between two of a stream. */
    private static final class Between {
        private double rate;
        private double work;
        private double square;

        void add(double rate, double service, double serviceSquare) {
            this.rate += rate;
            work += rate * service;
            square += rate * serviceSquare;
        }

        double meanService() {
            return rate > 0 ? work / rate : 0;
        }

        double meanSquare() {
            return rate > 0 ? square / rate : 0;
        }
    }
}
