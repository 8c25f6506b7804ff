package dev.offramp.coordinator.simulation;

import java.util.Arrays;

/**
 * The next event of every source, station and link, and which is the earliest. Up to {@value #FEW} slots are looked through
 * when the earliest is wanted; more are kept as a tree of the least of every two, four and so on. Times are the bits of the
 * doubles, which from 0 on are in the same order: whole numbers are compared without branches, half of which would be
 * mispredicted. Ties go to the smaller slot. Confined.
 */
final class EventTimes {
    private static final int FEW = 32;
    private static final long NEVER = Double.doubleToRawLongBits(Double.POSITIVE_INFINITY);

    private final int leaves;
    /** Leaves that may hold something: an even number, at least 2. */
    private final int used;

    private final boolean few;
    /** Node {@code i} has the children {@code 2i} and {@code 2i + 1}; node 1 is the root, leaf {@code leaves + slot} a slot. */
    private final long[] least;

    EventTimes(int slots) {
        used = Math.max(2, slots + slots % 2);
        leaves = Integer.highestOneBit(2 * used - 1);
        few = slots <= FEW;
        least = new long[2 * leaves];
        Arrays.fill(least, NEVER);
    }

    /** The slot of the earliest event. */
    int first() {
        return few ? look() : descend();
    }

    /** Two by two, so that neither has to wait for the other; a mask of the sign takes the place of each branch. */
    private int look() {
        int base = leaves;
        long even = least[base];
        long odd = least[base + 1];
        int atEven = 0;
        int atOdd = 1;
        for (int slot = 2; slot < used; slot += 2) {
            long overEven = least[base + slot] - even;
            long overOdd = least[base + slot + 1] - odd;
            long earlierEven = overEven >> 63;
            long earlierOdd = overOdd >> 63;
            even += overEven & earlierEven;
            odd += overOdd & earlierOdd;
            atEven += (slot - atEven) & (int) earlierEven;
            atOdd += (slot + 1 - atOdd) & (int) earlierOdd;
        }
        if (even == odd) {
            return Math.min(atEven, atOdd);
        }
        return even < odd ? atEven : atOdd;
    }

    private int descend() {
        long earliest = least[1];
        int node = 1;
        while (node < leaves) {
            node *= 2;
            node += least[node] == earliest ? 0 : 1;
        }
        return node - leaves;
    }

    double at(int slot) {
        return Double.longBitsToDouble(least[leaves + slot]);
    }

    void clear(int slot) {
        set(slot, NEVER);
    }

    /** @param when at least 0 */
    void set(int slot, double when) {
        set(slot, Double.doubleToRawLongBits(when));
    }

    private void set(int slot, long when) {
        int node = leaves + slot;
        least[node] = when;
        while (!few && node > 1) {
            long both = Math.min(least[node], least[node ^ 1]);
            node >>= 1;
            least[node] = both;
        }
    }
}
