package dev.offramp.coordinator.queueing;

import java.util.Arrays;

/**
 * The fixed point: stations one by one, each with the arrivals that the others last made of theirs.
 *
 * <p>{@link StationStep} solves one station. A station is taken up again when what reaches it has changed. Changes of losses
 * are damped only after many sweeps: where the phases of periodic flows decide, the map has jumps, and damping then holds
 * the iteration between two answers neither of which it would leave. Confined to a thread.
 */
final class Decomposition {
    static final int MAX_SWEEPS = 80;

    /** Sweeps before the changes of the losses are halved, and again before only a fifth is taken. */
    private static final int BOLD_SWEEPS = 25;

    private static final double RATE_TOLERANCE = 1e-5;
    private static final double LOSS_TOLERANCE = 1e-5;

    private final HopTable table;
    private final StationStep step;
    private final int[] order;
    private final boolean[] due;

    Decomposition(HopTable table, int[] capacity) {
        this.table = table;
        step = new StationStep(table, capacity);
        order = upstreamFirst(table);
        due = new boolean[table.stations];
        for (int station : order) {
            due[station] = true;
        }
    }

    /** Runs to the fixed point and says whether it was reached. */
    boolean run() {
        for (int sweeps = 1; sweeps <= MAX_SWEEPS; sweeps++) {
            double damping = sweeps <= BOLD_SWEEPS ? 1 : sweeps <= 2 * BOLD_SWEEPS ? 0.5 : 0.2;
            for (int station : order) {
                if (due[station]) {
                    due[station] = false;
                    update(station, damping);
                }
            }
            if (!anyDue()) {
                return true;
            }
        }
        return false;
    }

    private void update(int station, double damping) {
        double change = step.solve(station, damping);
        due[station] |= damping < 1 && change > LOSS_TOLERANCE;
        for (int hop : table.at[station]) {
            int after = table.next[hop];
            if (after != HopTable.NONE) {
                double rate = step.passOn(hop);
                if (step.moved() || Math.abs(rate - table.rate[after]) > RATE_TOLERANCE * rate) {
                    due[table.station[after]] = true;
                }
                table.rate[after] = rate;
            }
        }
    }

    private boolean anyDue() {
        for (int station : order) {
            if (due[station]) {
                return true;
            }
        }
        return false;
    }

    /** The stations that are visited, by the latest position at which a flow visits them. */
    private static int[] upstreamFirst(HopTable table) {
        int[] latest = new int[table.stations];
        for (int hop = 0; hop < table.hops; hop++) {
            latest[table.station[hop]] = Math.max(latest[table.station[hop]], table.position[hop]);
        }
        int[] sorted = new int[table.stations];
        int used = 0;
        for (int station = 0; station < table.stations; station++) {
            if (table.at[station].length > 0) {
                int at = used++;
                while (at > 0 && latest[sorted[at - 1]] > latest[station]) {
                    sorted[at] = sorted[at - 1];
                    at--;
                }
                sorted[at] = station;
            }
        }
        return Arrays.copyOf(sorted, used);
    }
}
