package dev.offramp.coordinator.queueing;

import java.util.Arrays;

/**
 * Who of several flows loses, at a station with two places or more.
 *
 * <p>Near its capacity a station opens one place per service, and the first arrival takes it. With S the mean service time,
 * flow i takes it with probability
 *
 * <pre>w_i = ∫₀^S λ_i P(interval_i &gt; t) Π_{other streams} Ē(t) dt</pre>
 *
 * and loses the share 1 − w_i/(λ_i S) of its arrivals there; the flows' losses are in this proportion and sum to the
 * station's. A metronome that barely overloads a server leaves a Poisson flow the gaps between its arrivals only: losses of
 * flows at one station differ by a hundred times, which "Poisson arrivals see time averages" does not know. For Poisson
 * flows all shares are equal. Confined to a thread; reused.
 */
final class LossSplit {
    /** Shares are kept below this while they are scaled; conservation of work corrects what is above. */
    private static final double LARGEST_SHARE = 0.9999;

    private static final int CLIPPING_ROUNDS = 3;

    private final HopTable table;
    private final Sources sources;
    private double[] breaks = new double[16];
    private double[] quiet = new double[8];
    private double[] jointly = new double[8];

    LossSplit(HopTable table, Sources sources) {
        this.table = table;
        this.sources = sources;
    }

    /** Writes the loss ratio of each hop to {@code losses}. */
    void split(int[] hops, double meanService, double lossRatio, double[] losses) {
        sources.look(hops, false);
        compete(meanService, lossRatio, losses);
        double weight = 0;
        int members = 0;
        for (int hop : hops) {
            if (table.jointSource[hop] != HopTable.NONE) {
                weight += table.jointWeight[hop];
                members++;
            }
        }
        if (members == 0) {
            return;
        }
        weight /= members;
        if (jointly.length < hops.length) {
            jointly = new double[hops.length];
        }
        sources.look(hops, true);
        compete(meanService, lossRatio, jointly);
        for (int i = 0; i < hops.length; i++) {
            losses[i] += weight * (jointly[i] - losses[i]);
        }
    }

    private void compete(double meanService, double lossRatio, double[] losses) {
        int count = sources.count();
        if (quiet.length < count) {
            quiet = new double[count];
        }
        if (breaks.length < count + 2) {
            breaks = new double[count + 2];
        }
        int ends = 0;
        breaks[ends++] = 0;
        for (int i = 0; i < count; i++) {
            double spacing = sources.intervals().spacing(sources.hop(i));
            if (spacing > 0 && spacing < meanService) {
                breaks[ends++] = spacing;
            }
        }
        breaks[ends++] = meanService;
        Arrays.sort(breaks, 0, ends);
        Arrays.fill(losses, 0, count, 0);
        for (int b = 0; b + 1 < ends; b++) {
            double length = breaks[b + 1] - breaks[b];
            for (int p = 0; p < Quadrature.POINTS_4.length && length > 0; p++) {
                addWins(breaks[b] + Quadrature.POINTS_4[p] * length, Quadrature.WEIGHTS_4[p] * length, losses);
            }
        }
        for (int i = 0; i < count; i++) {
            losses[i] = Math.max(0, 1 - losses[i] / meanService);
        }
        scale(lossRatio, losses);
    }

    /** Adds the chance, per arrival, of winning the place at t. */
    private void addWins(double t, double weight, double[] wins) {
        int count = sources.count();
        for (int i = 0; i < count; i++) {
            if (sources.leader(i) == i) {
                quiet[i] = sources.quiet(i, t);
            }
        }
        for (int i = 0; i < count; i++) {
            double win = weight * sources.scale(i) * sources.intervals().survival(sources.hop(i), t);
            for (int j = 0; j < count; j++) {
                if (sources.leader(j) == j && sources.leader(i) != j) {
                    win *= quiet[j];
                }
            }
            wins[i] += win;
        }
    }

    /** Scales the shares so that the station's loss ratio is the given one. */
    private void scale(double lossRatio, double[] losses) {
        int count = sources.count();
        double total = 0;
        double mean = 0;
        for (int i = 0; i < count; i++) {
            total += sources.rate(i);
            mean += sources.rate(i) * losses[i];
        }
        mean /= total;
        for (int i = 0; i < count; i++) {
            losses[i] = mean > 0 ? losses[i] * lossRatio / mean : lossRatio;
        }
        for (int round = 0; round < CLIPPING_ROUNDS; round++) {
            double clipped = 0;
            double rest = 0;
            for (int i = 0; i < count; i++) {
                if (losses[i] > LARGEST_SHARE) {
                    clipped += sources.rate(i) * (losses[i] - LARGEST_SHARE);
                    losses[i] = LARGEST_SHARE;
                } else {
                    rest += sources.rate(i) * losses[i];
                }
            }
            if (clipped <= 0 || rest <= 0) {
                return;
            }
            for (int i = 0; i < count; i++) {
                if (losses[i] < LARGEST_SHARE) {
                    losses[i] *= 1 + clipped / rest;
                }
            }
        }
    }
}
