package dev.offramp.coordinator.simulation;

import java.util.Arrays;

/** A growing ring of numbers. Confined. */
final class IntDeque {
    private int[] ring = new int[8];
    private int head;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void addLast(int value) {
        if (size == ring.length) {
            int[] larger = Arrays.copyOfRange(ring, head, head + 2 * size);
            System.arraycopy(ring, 0, larger, ring.length - head, head);
            ring = larger;
            head = 0;
        }
        ring[(head + size++) & (ring.length - 1)] = value;
    }

    /** @param index from the first */
    int at(int index) {
        return ring[(head + index) & (ring.length - 1)];
    }

    int first() {
        return ring[head];
    }

    int removeFirst() {
        int value = ring[head];
        head = (head + 1) & (ring.length - 1);
        size--;
        return value;
    }

    int removeLast() {
        return ring[(head + --size) & (ring.length - 1)];
    }
}
