package dev.offramp.coordinator.queueing;

import java.util.Arrays;

/**
 * The fixed point: stations one by one, each with the arrivals that the others last made of theirs.
 *
 * <p>Per station: the arrivals' dispersion and the embedded chain ({@link ShapedArrivals}) give loss and waiting of all;
 * {@link LossSplit} or {@link SinglePlace} gives the loss of each flow; {@link Departures} describes what goes on. A
 * station is taken up again when what reaches it has changed. Confined to a thread.
 */
final class Decomposition {
    static final int MAX_SWEEPS = 80;

    /** Sweeps before the changes of the losses are halved, and again before only a fifth is taken. */
    private static final int BOLD_SWEEPS = 25;

    private static final double RATE_TOLERANCE = 1e-5;
    private static final double LOSS_TOLERANCE = 1e-5;

    /** How fast differences of waiting time between flows fade with loss: the wait is then that of a full buffer. */
    private static final int FADING = 8;

    /** Half a place in K is the drift that a buffer of K adds to the relaxation of a queue. */
    private static final double BUFFER_DRIFT = 0.5;

    private final HopTable table;
    private final int[] capacity;
    private final Departures departures;
    private final ShapedArrivals shaped = new ShapedArrivals();
    private final LossSplit lossSplit;
    private final SinglePlace singlePlace;
    private final int[] order;
    private final boolean[] due;
    private final double[] waitOffsets;
    private final double[] losses;
    private int sweeps;

    Decomposition(HopTable table, int[] capacity) {
        this.table = table;
        this.capacity = capacity;
        Sources sources = new Sources(table);
        lossSplit = new LossSplit(table, sources);
        singlePlace = new SinglePlace(table, sources);
        departures = new Departures(table, capacity);
        int most = 0;
        for (int[] hops : table.at) {
            most = Math.max(most, hops.length);
        }
        waitOffsets = new double[most];
        losses = new double[most];
        due = new boolean[table.stations];
        order = upstreamFirst();
        for (int station : order) {
            due[station] = true;
        }
    }

    /** Runs to the fixed point and says whether it was reached. */
    boolean run() {
        for (sweeps = 1; sweeps <= MAX_SWEEPS; sweeps++) {
            double damping = sweeps <= BOLD_SWEEPS ? 1 : sweeps <= 2 * BOLD_SWEEPS ? 0.5 : 0.2;
            for (int station : order) {
                if (due[station]) {
                    due[station] = false;
                    double change = update(station, damping);
                    due[station] |= damping < 1 && change > LOSS_TOLERANCE;
                }
            }
            if (!anyDue()) {
                return true;
            }
        }
        sweeps = MAX_SWEEPS;
        return false;
    }

    int sweeps() {
        return sweeps;
    }

    private boolean anyDue() {
        for (boolean one : due) {
            if (one) {
                return true;
            }
        }
        return false;
    }

    /** Stations by the latest position at which a flow visits them. */
    private int[] upstreamFirst() {
        int[] latest = new int[table.stations];
        for (int hop = 0; hop < table.hops; hop++) {
            latest[table.station[hop]] = Math.max(latest[table.station[hop]], table.position[hop]);
        }
        int[] sorted = new int[table.stations];
        int used = 0;
        for (int n = 0; n < table.stations; n++) {
            if (table.at[n].length > 0) {
                int at = used++;
                while (at > 0 && latest[sorted[at - 1]] > latest[n]) {
                    sorted[at] = sorted[at - 1];
                    at--;
                }
                sorted[at] = n;
            }
        }
        return Arrays.copyOf(sorted, used);
    }

    /** Solves one station and returns how much a loss ratio changed. */
    private double update(int station, double damping) {
        int[] hops = table.at[station];
        int places = capacity[station];
        double arrivals = 0;
        double load = 0;
        double square = 0;
        double own = 0;
        for (int hop : hops) {
            double work = table.rate[hop] * table.service[hop];
            arrivals += table.rate[hop];
            load += work;
            square += work * table.service[hop] * (1 + table.serviceScv[hop]);
            own += work * table.service[hop] * table.serviceScv[hop];
        }
        double service = load / arrivals;
        double scv = Math.max(0, square / arrivals / (service * service) - 1);
        double drift = Math.max(1 - load, BUFFER_DRIFT / places);
        double variance = departures.arrivalVariance(station, drift);
        double between = Math.max(0, scv - own / arrivals / (service * service));
        double dispersion = Math.max(0, variance / (service * load) - between);
        EmbeddedChain chain = shaped.solve(table, hops, places, arrivals, load, scv, dispersion);

        double idle = chain.emptyProbability();
        double number = 0;
        double throughput;
        if (places == 1) {
            throughput = singlePlace.solve(hops, losses);
        } else {
            throughput = arrivals / (idle + load);
            double loss = Math.max(0, 1 - 1 / (idle + load));
            number = chain.meanLeft() / (idle + load) + places * loss;
            splitLosses(hops, service, loss, throughput);
        }
        double change = 0;
        for (int i = 0; i < hops.length; i++) {
            double step = damping * (losses[i] - table.loss[hops[i]]);
            change = Math.max(change, Math.abs(step));
            losses[i] = table.loss[hops[i]] + step;
        }
        double lossRatio = Math.max(0, 1 - throughput / arrivals);
        double accepted = 0;
        double acceptedWork = 0;
        for (int i = 0; i < hops.length; i++) {
            double rate = table.rate[hops[i]] * (1 - losses[i]);
            accepted += rate;
            acceptedWork += rate * table.service[hops[i]];
        }
        double acceptedService = accepted > 0 ? acceptedWork / accepted : service;
        double wait = places == 1 ? 0 : Math.max(0, number / throughput - service);
        if (lossRatio > 0) {
            wait *= acceptedService / service;
        }
        wait = waits(hops, places, service, lossRatio, arrivals, wait);
        double queue = places == 1 ? 0 : Math.max(0, number - load * (1 - lossRatio));

        boolean moved = departures.complete(station, losses, load, service, queue);
        for (int i = 0; i < hops.length; i++) {
            table.loss[hops[i]] = losses[i];
            table.wait[hops[i]] = Math.max(0, wait + waitOffsets[i]);
        }
        double emptied = places == 1 ? 1 : idle;
        for (int hop : hops) {
            int after = table.next[hop];
            if (after == HopTable.NONE) {
                continue;
            }
            double rate = departures.describe(station, hop, losses, emptied);
            if (Math.abs(rate - table.rate[after]) > RATE_TOLERANCE * rate || moved) {
                due[table.station[after]] = true;
            }
            table.rate[after] = rate;
        }
        return change;
    }

    /** The losses of the flows, scaled so that the server works as much as the chain says. */
    private void splitLosses(int[] hops, double service, double loss, double throughput) {
        if (hops.length == 1 || loss <= 1e-9) {
            Arrays.fill(losses, 0, hops.length, loss);
            return;
        }
        lossSplit.split(hops, service, loss, losses);
        double work = 0;
        for (int i = 0; i < hops.length; i++) {
            work += table.rate[hops[i]] * (1 - losses[i]) * table.service[hops[i]];
        }
        double factor = throughput * service / work;
        for (int i = 0; i < hops.length; i++) {
            losses[i] = Math.clamp(1 - (1 - losses[i]) * factor, 0, 1);
        }
    }

    /**
     * What each flow waits beside the mean: in light load a job waits for jobs of other streams, λ_j E[S_j²]/2 each, and for
     * those of its own stream only if these come closer than they are served. Returns the mean wait, at least the light
     * one.
     */
    private double waits(int[] hops, int places, double service, double lossRatio, double arrivals, double wait) {
        Arrays.fill(waitOffsets, 0, hops.length, 0);
        if (places == 1) {
            return 0;
        }
        double mean = 0;
        for (int i = 0; i < hops.length; i++) {
            waitOffsets[i] = lightWait(hops, hops[i]);
            mean += table.rate[hops[i]] / arrivals * waitOffsets[i];
        }
        double fade = Math.pow(1 - lossRatio, FADING);
        for (int i = 0; i < hops.length; i++) {
            waitOffsets[i] = (waitOffsets[i] - mean) * fade;
        }
        return wait < mean * fade ? Math.min(mean * fade, (places - 1) * service) : wait;
    }

    private double lightWait(int[] hops, int hop) {
        double separate = 0;
        double together = 0;
        double stream = 0;
        double close = 0;
        for (int other : hops) {
            double spread = 1 + table.serviceScv[other];
            double meet = table.rate[other] * table.service[other] * table.service[other] * spread / 2;
            separate += other == hop ? table.own.overlap(hop, table.service[hop]) * spread : meet;
            if (other != hop && !table.sameSource(hop, other)) {
                together += meet;
            } else {
                stream += table.rate[other];
                close += table.rate[other] * table.joint.overlap(hop, table.service[other]) * spread;
            }
        }
        together += close / stream;
        return table.jointSource[hop] == HopTable.NONE
                ? separate
                : separate + table.jointWeight[hop] * (together - separate);
    }
}
