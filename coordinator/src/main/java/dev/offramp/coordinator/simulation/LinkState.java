package dev.offramp.coordinator.simulation;

/** One link at a moment: jobs are sent one after the other and arrive in that order. Confined. */
final class LinkState {
    final int slot;
    private final double secondsPerByte;
    private final double delaySeconds;
    private final IntDeque underWay = new IntDeque();
    private double[] arrival = new double[8];
    private int head;
    private double free;

    LinkState(Link link, int slot) {
        this.slot = slot;
        this.secondsPerByte = 1 / link.bytesPerSecond();
        this.delaySeconds = link.delaySeconds();
    }

    /** Sends {@code job}; returns when the next job arrives. */
    double send(int job, long bytes, double now) {
        free = Math.max(free, now) + bytes * secondsPerByte;
        int size = underWay.size();
        if (size == arrival.length) {
            double[] larger = new double[2 * size];
            for (int i = 0; i < size; i++) {
                larger[i] = arrival[(head + i) & (size - 1)];
            }
            arrival = larger;
            head = 0;
        }
        arrival[(head + size) & (arrival.length - 1)] = free + delaySeconds;
        underWay.addLast(job);
        return arrival[head];
    }

    /** The job that arrives now. */
    int receive() {
        head = (head + 1) & (arrival.length - 1);
        return underWay.removeFirst();
    }

    /** When the next job arrives. */
    double next() {
        return underWay.isEmpty() ? Double.POSITIVE_INFINITY : arrival[head];
    }
}
