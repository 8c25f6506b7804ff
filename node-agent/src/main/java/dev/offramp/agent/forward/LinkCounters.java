package dev.offramp.agent.forward;

import java.util.concurrent.atomic.AtomicLong;

/** What went wrong between nodes. Thread-safe. */
public final class LinkCounters {
    private final AtomicLong malformed = new AtomicLong();
    private final AtomicLong undecoded = new AtomicLong();
    private final AtomicLong reconnects = new AtomicLong();

    public void recordMalformed() {
        malformed.incrementAndGet();
    }

    public void recordUndecoded() {
        undecoded.incrementAndGet();
    }

    public void recordReconnect() {
        reconnects.incrementAndGet();
    }

    /** Messages from neighbours that did not say what they must. */
    public long malformed() {
        return malformed.get();
    }

    /** Activations from neighbours in an unknown codec, or not what their codec makes. */
    public long undecoded() {
        return undecoded.get();
    }

    /** Attempts to open a stream again. */
    public long reconnects() {
        return reconnects.get();
    }
}
