package dev.offramp.coordinator.simulation;

import java.util.Arrays;

/**
 * The next event of every source, station and link, and which is the earliest: a tournament over slots, each set in
 * O(log slots). Ties go to the smaller slot. Confined.
 */
final class EventTimes {
    private final int leaves;
    private final double[] time;
    /** Node {@code i} has the children {@code 2i} and {@code 2i + 1}; node 1 is the root, leaf {@code leaves + slot} a slot. */
    private final int[] winner;

    EventTimes(int slots) {
        leaves = Integer.highestOneBit(Math.max(2, slots) * 2 - 1);
        time = new double[leaves];
        Arrays.fill(time, Double.POSITIVE_INFINITY);
        winner = new int[2 * leaves];
        for (int slot = 0; slot < leaves; slot++) {
            winner[leaves + slot] = slot;
        }
        for (int i = leaves - 1; i >= 1; i--) {
            winner[i] = winner[2 * i];
        }
    }

    /** The slot of the earliest event. */
    int first() {
        return winner[1];
    }

    double at(int slot) {
        return time[slot];
    }

    void clear(int slot) {
        set(slot, Double.POSITIVE_INFINITY);
    }

    void set(int slot, double when) {
        time[slot] = when;
        for (int i = (leaves + slot) >> 1; i >= 1; i >>= 1) {
            int left = winner[2 * i];
            int right = winner[2 * i + 1];
            int best = time[left] <= time[right] ? left : right;
            if (best == winner[i] && best != slot) {
                return;
            }
            winner[i] = best;
        }
    }
}
