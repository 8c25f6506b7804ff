package dev.offramp.coordinator.queueing;

import java.util.Arrays;

/**
 * A station with one place, where arrivals and services fall into step.
 *
 * <p>When a job of flow i completes, its flow's last arrival is one service time ago, which leaves a metronome a known
 * residual time, while the other flows are met at a moment of their own. The idle time that follows is the shortest
 * of the flows' residual times; whose it is, is accepted next. The state of the Markov chain is the flow accepted now and
 * the one before, whose age is known as well: its service, the idle time between, and the service now. Then
 *
 * <pre>X_i = π_i / Σ_j π_j (s_j + E[idle | j]),   L_i = 1 − X_i/λ_i.</pre>
 *
 * Exact for Poisson flows (L = ρ/(1 + ρ)) and for a single metronome. Confined to a thread; reused.
 */
final class SinglePlace {
    private static final int PASSES = 3;
    private static final int MAX_POWER_STEPS = 60;
    private static final double POWER_TOLERANCE = 1e-9;
    private static final double LEAST_MEMORY = 1e-4;
    private static final double NOTHING = 1e-14;
    private static final double PUNCTUAL = 1e-12;
    /** Mean intervals of all arrivals after which a stretch ends, so that none is too long for its points. */
    private static final double[] STRETCHES = {2, 8, 32};

    private final HopTable table;
    private final Sources sources;

    private double[] wins = new double[0];
    private double[] winTimes = new double[0];
    /** The time since each flow's last arrival: how surely it is known, and what it is beyond whole spacings. */
    private double[] memory = new double[0];

    private double[] age = new double[0];
    private double[] known = new double[0];
    private double[] residuals = new double[0];
    private double[] breaks = new double[0];

    private double[] pi = new double[0];
    private double[] step = new double[0];
    private double[] idle = new double[0];
    private double[] meanIdle = new double[0];
    private double[] idleWeight = new double[0];
    private double[] transition = new double[0];
    private double[] transitionIdle = new double[0];

    SinglePlace(HopTable table, Sources sources) {
        this.table = table;
        this.sources = sources;
    }

    /** Writes the loss ratio of each hop to {@code losses} and returns the throughput of all. */
    double solve(int[] hops, double[] losses) {
        int count = hops.length;
        reserve(count);
        sources.look(hops, false);
        Arrays.fill(meanIdle, 0, count * count, 0);
        Arrays.fill(pi, 0, count * count, 1.0 / (count * count));
        for (int pass = 0; pass < PASSES; pass++) {
            for (int state = 0; state < count * count; state++) {
                raceAfter(state / count, state % count, state);
            }
            balance(count);
            if (count == 1) {
                break;
            }
            averageIdle(count);
        }
        return figures(count, losses);
    }

    /** State: the flow before, times the count, plus the flow now. */
    private void raceAfter(int before, int now, int state) {
        int count = sources.count();
        double service = table.service[sources.hop(now)];
        for (int l = 0; l < count; l++) {
            if (l == now) {
                age[l] = service;
            } else if (l == before) {
                age[l] = service + table.service[sources.hop(before)] + meanIdle[state];
            } else {
                age[l] = -1;
            }
        }
        idle[state] = race();
        double sum = 0;
        for (int l = 0; l < count; l++) {
            sum += wins[l];
        }
        for (int l = 0; l < count; l++) {
            transition[state * count + l] = wins[l] / sum;
            transitionIdle[state * count + l] = wins[l] > 0 ? winTimes[l] / wins[l] : 0;
        }
    }

    private void balance(int count) {
        int states = count * count;
        for (int power = 0; power < MAX_POWER_STEPS; power++) {
            Arrays.fill(step, 0, states, 0);
            for (int state = 0; state < states; state++) {
                int now = state % count;
                for (int l = 0; l < count; l++) {
                    step[now * count + l] += pi[state] * transition[state * count + l];
                }
            }
            double change = 0;
            for (int state = 0; state < states; state++) {
                change += Math.abs(step[state] - pi[state]);
                pi[state] = 0.5 * (step[state] + pi[state]);
            }
            if (change < POWER_TOLERANCE) {
                return;
            }
        }
    }

    /** The mean idle time between each pair of flows accepted one after the other. */
    private void averageIdle(int count) {
        int states = count * count;
        Arrays.fill(meanIdle, 0, states, 0);
        Arrays.fill(idleWeight, 0, states, 0);
        for (int state = 0; state < states; state++) {
            for (int l = 0; l < count; l++) {
                int pair = state % count * count + l;
                double weight = pi[state] * transition[state * count + l];
                meanIdle[pair] += weight * transitionIdle[state * count + l];
                idleWeight[pair] += weight;
            }
        }
        for (int pair = 0; pair < states; pair++) {
            meanIdle[pair] = idleWeight[pair] > NOTHING ? meanIdle[pair] / idleWeight[pair] : 0;
        }
    }

    private double figures(int count, double[] losses) {
        double cycle = 0;
        Arrays.fill(losses, 0, count, 0);
        for (int state = 0; state < count * count; state++) {
            int now = state % count;
            cycle += pi[state] * (table.service[sources.hop(now)] + idle[state]);
            losses[now] += pi[state];
        }
        double throughput = 0;
        for (int i = 0; i < count; i++) {
            losses[i] = Math.max(0, 1 - losses[i] / cycle / sources.rate(i));
            throughput += sources.rate(i) * (1 - losses[i]);
        }
        return throughput;
    }

    /** Fills the wins and the times they take, from the ages; returns the mean idle time. */
    private double race() {
        int count = sources.count();
        double total = 0;
        for (int i = 0; i < count; i++) {
            total += sources.rate(i);
        }
        int ends = divide(recall(), 1 / total);
        Arrays.fill(wins, 0, count, 0);
        Arrays.fill(winTimes, 0, count, 0);
        double idleTime = 0;
        double beyond = 1.5 / total;
        for (int b = 0; b < ends; b++) {
            boolean last = b + 1 == ends;
            double length = last ? 1 : breaks[b + 1] - breaks[b];
            for (int p = 0; p < Quadrature.POINTS_8.length && length > NOTHING; p++) {
                double x = Quadrature.POINTS_8[p];
                // The last stretch reaches to infinity: t = b + c x/(1 − x).
                double t = breaks[b] + (last ? beyond * x / (1 - x) : x * length);
                double weight = Quadrature.WEIGHTS_8[p] * (last ? beyond / ((1 - x) * (1 - x)) : length);
                idleTime += weight * addWins(t, weight);
            }
            if (!last) {
                addPunctualWins(breaks[b + 1]);
            }
        }
        return idleTime;
    }

    /** What the ages say of each stream; returns how many breaks there are. */
    private int recall() {
        int count = sources.count();
        int ends = 0;
        breaks[ends++] = 0;
        for (int l = 0; l < count; l++) {
            int hop = sources.hop(l);
            double spacing = sources.intervals().spacing(hop);
            memory[l] = 0;
            if (spacing > 0) {
                breaks[ends++] = spacing;
            }
            if (age[l] < 0 || spacing <= 0) {
                continue;
            }
            // After k intervals of the bare spacing the phase is known still.
            double intervals = Math.floor(age[l] / spacing);
            double sure = Math.pow(1 - sources.intervals().tailProbability(hop), intervals);
            if (sure > LEAST_MEMORY) {
                memory[l] = sure;
                known[l] = age[l] - intervals * spacing;
                if (known[l] < spacing) {
                    breaks[ends++] = spacing - known[l];
                }
            }
        }
        return ends;
    }

    /** Sorts the breaks and adds some before the last; returns how many there are. */
    private int divide(int known, double interval) {
        Arrays.sort(breaks, 0, known);
        double last = breaks[known - 1];
        int ends = known;
        for (double stretch : STRETCHES) {
            if (stretch * interval < last) {
                breaks[ends++] = stretch * interval;
            }
        }
        Arrays.sort(breaks, 0, ends);
        return ends;
    }

    /** Returns the probability that all is quiet up to t. */
    private double addWins(double t, double weight) {
        int count = sources.count();
        double quiet = 1;
        for (int l = 0; l < count; l++) {
            residuals[l] = residual(l, t);
            quiet *= residuals[l];
        }
        for (int l = 0; l < count && quiet > 0; l++) {
            double win = residuals[l] > NOTHING ? density(l, t) / residuals[l] * quiet * weight : 0;
            wins[l] += win;
            winTimes[l] += win * t;
        }
        return quiet;
    }

    /** Arrivals that come after the bare spacing, if it ends at t. */
    private void addPunctualWins(double t) {
        int count = sources.count();
        for (int l = 0; l < count; l++) {
            int hop = sources.hop(l);
            Intervals intervals = sources.intervals();
            if (memory[l] > 0 && Math.abs(intervals.spacing(hop) - known[l] - t) <= PUNCTUAL) {
                double win = memory[l] * (1 - intervals.tailProbability(hop)) / stillOut(l);
                for (int r = 0; r < count; r++) {
                    win *= r == l ? 1 : residual(r, t);
                }
                wins[l] += win;
                winTimes[l] += win * t;
            }
        }
    }

    private double density(int l, double t) {
        int hop = sources.hop(l);
        double anywhere =
                sources.rate(l) * sources.scale(l) * sources.intervals().survival(hop, t);
        return memory[l] <= 0
                ? anywhere
                : (1 - memory[l]) * anywhere + memory[l] * sources.intervals().density(hop, known[l] + t) / stillOut(l);
    }

    /** P(no arrival of the flow for t more). */
    private double residual(int l, double t) {
        double anywhere = sources.quiet(l, t);
        return memory[l] <= 0
                ? anywhere
                : (1 - memory[l]) * anywhere
                        + memory[l] * sources.intervals().survival(sources.hop(l), known[l] + t) / stillOut(l);
    }

    /** P(the interval exceeds its known age). */
    private double stillOut(int l) {
        return Math.max(NOTHING, sources.intervals().survival(sources.hop(l), known[l]));
    }

    private void reserve(int count) {
        if (wins.length >= count) {
            return;
        }
        wins = new double[count];
        winTimes = new double[count];
        memory = new double[count];
        age = new double[count];
        known = new double[count];
        residuals = new double[count];
        breaks = new double[2 * count + 1 + STRETCHES.length];
        pi = new double[count * count];
        step = new double[count * count];
        idle = new double[count * count];
        meanIdle = new double[count * count];
        idleWeight = new double[count * count];
        transition = new double[count * count * count];
        transitionIdle = new double[count * count * count];
    }
}
