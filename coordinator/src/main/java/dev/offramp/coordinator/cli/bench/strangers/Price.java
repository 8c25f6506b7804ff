package dev.offramp.coordinator.cli.bench.strangers;

/**
 * What strangers cost the processes of members. Immutable.
 *
 * @param nanos of processor time, those refused at the door included
 * @param letIn attempts that the doors found worth a handshake
 */
record Price(long nanos, long letIn) {
    private static final double NANOS_PER_MILLI = 1e6;

    /** Of each that was let in. */
    double millis() {
        return nanos / NANOS_PER_MILLI / letIn;
    }
}
