package dev.offramp.coordinator.simulation;

import java.util.Arrays;

/**
 * The next event of every source, station and link, and which is the earliest. Up to {@value #FEW} slots are looked through
 * when the earliest is wanted; more are kept as a tree of the least of every two, four and so on. A key is the bits of a
 * time, which from 0 on are in the order of times, with the slot's number in place of the last of them: whole numbers are
 * compared without branches, half of which would be mispredicted, and the least of them tells its slot. Times that are the
 * same but for these bits, the last 5 of 52 for 32 slots, count as equal; ties go to the smaller slot. Confined.
 */
final class EventTimes {
    private static final int FEW = 32;
    /** Looked through side by side, so that none has to wait for another. */
    private static final int LANES = 4;

    private final int leaves;
    private final boolean few;
    private final long slotBits;
    private final double[] times;
    /** Node {@code i} has the children {@code 2i} and {@code 2i + 1}; node 1 is the root, leaf {@code leaves + slot} a slot. */
    private final long[] least;

    EventTimes(int slots) {
        few = slots <= FEW;
        leaves = Math.max(LANES, Integer.highestOneBit(2 * slots - 1));
        slotBits = leaves - 1L;
        times = new double[slots];
        least = new long[leaves + (few ? (slots + LANES - 1) / LANES * LANES : leaves)];
        Arrays.fill(least, Long.MAX_VALUE);
        for (int slot = 0; slot < slots; slot++) {
            clear(slot);
        }
    }

    /** The slot of the earliest event. */
    int first() {
        return (int) ((few ? look() : least[1]) & slotBits);
    }

    private long look() {
        long[] keys = least;
        int base = leaves;
        long first = keys[base];
        long second = keys[base + 1];
        long third = keys[base + 2];
        long fourth = keys[base + 3];
        for (int i = base + LANES; i < keys.length; i += LANES) {
            first = Math.min(first, keys[i]);
            second = Math.min(second, keys[i + 1]);
            third = Math.min(third, keys[i + 2]);
            fourth = Math.min(fourth, keys[i + 3]);
        }
        return Math.min(Math.min(first, second), Math.min(third, fourth));
    }

    double at(int slot) {
        return times[slot];
    }

    void clear(int slot) {
        set(slot, Double.POSITIVE_INFINITY);
    }

    /** @param when at least 0 */
    void set(int slot, double when) {
        times[slot] = when;
        int node = leaves + slot;
        least[node] = (Double.doubleToRawLongBits(when) & ~slotBits) | slot;
        while (!few && node > 1) {
            long both = Math.min(least[node], least[node ^ 1]);
            node >>= 1;
            least[node] = both;
        }
    }
}
