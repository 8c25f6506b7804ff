package dev.offramp.coordinator.queueing;

import java.util.Arrays;

/**
 * One station of the decomposition: from what arrives to losses, waits and what goes on.
 *
 * <p>The dispersion of the arrivals and the embedded chain ({@link ShapedArrivals}) give the loss and the wait of all;
 * {@link LossSplit} or {@link SinglePlace} gives the loss of each flow; {@link DepartureCounts} and {@link DepartureIntervals} describe what goes on. Confined
 * to a thread; reused.
 */
final class StationStep {
    /** How fast differences of the wait between flows fade with loss: it is then that of a full buffer for all. */
    private static final int FADING = 8;

    /** A buffer of K places lets a queue relax at least as fast as a drift of this over K would. */
    private static final double BUFFER_DRIFT = 0.5;

    private static final double NO_LOSS = 1e-9;

    private final HopTable table;
    private final int[] capacity;
    private final DepartureCounts counts;
    private final DepartureIntervals intervals;
    private final ShapedArrivals shaped = new ShapedArrivals();
    private final LossSplit lossSplit;
    private final SinglePlace singlePlace;
    private final double[] losses;
    private final double[] waitOffsets;

    private int station;
    private int[] hops = new int[0];
    private int places;
    private double arrivals;
    private double load;
    private double service;
    /** Squared coefficients of variation of all service times, and of the flows' means alone. */
    private double scv;

    private double scvOfMeans;
    private double throughput;
    private double number;
    private double emptied;
    private boolean moved;

    StationStep(HopTable table, int[] capacity) {
        this.table = table;
        this.capacity = capacity;
        Sources sources = new Sources(table);
        lossSplit = new LossSplit(table, sources);
        singlePlace = new SinglePlace(table, sources);
        counts = new DepartureCounts(table, capacity);
        intervals = new DepartureIntervals(table, counts);
        int most = 0;
        for (int[] atStation : table.at) {
            most = Math.max(most, atStation.length);
        }
        losses = new double[most];
        waitOffsets = new double[most];
    }

    /** Solves a station, writes loss and wait of its hops, and returns by how much a loss ratio changed. */
    double solve(int station, double damping) {
        this.station = station;
        hops = table.at[station];
        places = capacity[station];
        addUp();
        double dispersion = dispersion();
        if (places == 1) {
            throughput = singlePlace.solve(hops, losses);
            number = throughput * service;
            emptied = 1;
        } else {
            EmbeddedChain chain = shaped.solve(table, hops, places, arrivals, load, scv, dispersion);
            emptied = chain.emptyProbability();
            throughput = arrivals / (emptied + load);
            double loss = Math.max(0, 1 - 1 / (emptied + load));
            number = chain.meanLeft() / (emptied + load) + places * loss;
            splitLosses(loss);
        }
        double change = dampLosses(damping);
        publishWaits();
        double queue = places == 1 ? 0 : Math.max(0, number - throughput * service);
        moved = counts.complete(station, losses, load, service, queue);
        return change;
    }

    /** Whether what goes on from the station solved last differs from before. */
    boolean moved() {
        return moved;
    }

    /** Describes what a hop of the station solved last passes on; returns its rate. */
    double passOn(int hop) {
        return intervals.describe(station, hop, losses, emptied);
    }

    private void addUp() {
        double work = 0;
        double squareOfMeans = 0;
        double square = 0;
        arrivals = 0;
        for (int hop : hops) {
            double mean = table.service[hop];
            arrivals += table.rate[hop];
            work += table.rate[hop] * mean;
            squareOfMeans += table.rate[hop] * mean * mean;
            square += table.rate[hop] * mean * mean * (1 + table.serviceScv[hop]);
        }
        load = work;
        service = work / arrivals;
        scv = Math.max(0, square / arrivals / (service * service) - 1);
        scvOfMeans = Math.max(0, squareOfMeans / arrivals / (service * service) - 1);
    }

    /** The dispersion of arrival counts that leaves the arriving work its variance. */
    private double dispersion() {
        double drift = Math.max(1 - load, BUFFER_DRIFT / places);
        double variance = counts.arrivalVariance(station, drift, load);
        return Math.max(0, variance / (service * load) - scvOfMeans);
    }

    /** The losses of the flows, scaled so that the server works as much as the chain says. */
    private void splitLosses(double loss) {
        if (hops.length == 1 || loss <= NO_LOSS) {
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

    private double dampLosses(double damping) {
        double change = 0;
        for (int i = 0; i < hops.length; i++) {
            double step = damping * (losses[i] - table.loss[hops[i]]);
            change = Math.max(change, Math.abs(step));
            losses[i] = table.loss[hops[i]] + step;
            table.loss[hops[i]] = losses[i];
        }
        return change;
    }

    /**
     * The wait by Little's law, and what each flow waits beside the mean: in light load a job waits for jobs of other
     * streams, λ_j E[S_j²]/2 each, and for those of its own stream only if these come closer than they are served.
     */
    private void publishWaits() {
        if (places == 1) {
            for (int hop : hops) {
                table.wait[hop] = 0;
            }
            return;
        }
        double wait = Math.max(0, number / throughput - service) * acceptedService() / service;
        double light = 0;
        for (int i = 0; i < hops.length; i++) {
            waitOffsets[i] = lightWait(hops[i]);
            light += table.rate[hops[i]] / arrivals * waitOffsets[i];
        }
        double fade = Math.pow(Math.min(1, throughput / arrivals), FADING);
        if (wait < light * fade) {
            wait = Math.min(light * fade, (places - 1) * service);
        }
        for (int i = 0; i < hops.length; i++) {
            table.wait[hops[i]] = Math.max(0, wait + (waitOffsets[i] - light) * fade);
        }
    }

    private double acceptedService() {
        double accepted = 0;
        double work = 0;
        for (int i = 0; i < hops.length; i++) {
            double rate = table.rate[hops[i]] * (1 - losses[i]);
            accepted += rate;
            work += rate * table.service[hops[i]];
        }
        return accepted > 0 ? work / accepted : service;
    }

    private double lightWait(int hop) {
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
