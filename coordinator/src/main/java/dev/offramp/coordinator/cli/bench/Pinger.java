package dev.offramp.coordinator.cli.bench;

import java.io.IOException;

/** Something that sends bytes away and hears that they have arrived. Confined to one thread. */
interface Pinger extends AutoCloseable {
    /**
     * An answer.
     *
     * @param nanos when it came, on {@link System#nanoTime}'s scale
     * @param computeNanos of the time until then that was no transport
     */
    record Answer(long nanos, long computeNanos) {}

    /** Sends them; does not wait. */
    void send() throws IOException;

    /** Waits for the oldest answer that is due. */
    Answer await() throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
