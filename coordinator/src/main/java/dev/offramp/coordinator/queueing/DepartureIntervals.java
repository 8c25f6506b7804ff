package dev.offramp.coordinator.queueing;

/**
 * The intervals between the jobs that leave a station.
 *
 * <p>Behind a busy server a job follows the one before after its own service time; else an idle time comes first; jobs that
 * go elsewhere lie between with geometric frequency. A flow that passes a lightly loaded station keeps its own intervals,
 * blurred by its waiting time; the narrower of the two descriptions is taken. Flows that go on together are described as
 * one stream as well, to be believed as far as the server is busy. Confined to a thread.
 */
final class DepartureIntervals {
    private final HopTable table;
    private final DepartureCounts counts;

    DepartureIntervals(HopTable table, DepartureCounts counts) {
        this.table = table;
        this.counts = counts;
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
        double idle = Math.max(0, 1 / counts.acceptedRate(station) - counts.acceptedService(station));
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
            table.jointWeight[after] = Math.min(1, counts.acceptedRate(station) * counts.acceptedService(station));
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
