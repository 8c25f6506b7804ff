package dev.offramp.agent.core;

import java.util.Arrays;

/** How long a hop's runs have lately taken at the least: what cannot be done in less is not begun. Belongs to the core. */
final class Pace {
    private static final int RUNS = 32;
    /** So long after the last run nothing is known: a slow spell must not keep the hop from being tried again. */
    private static final long FORGOTTEN_NANOS = 1_000_000_000;

    private final long[] latest = new long[RUNS];
    private int next;
    private int known;
    private long lastNanos;

    void ran(long nanos, long nowNanos) {
        latest[next] = nanos;
        next = (next + 1) % RUNS;
        known = Math.min(RUNS, known + 1);
        lastNanos = nowNanos;
    }

    /** 0 where nothing is known. */
    long shortestNanos(long nowNanos) {
        return known == 0 || nowNanos - lastNanos > FORGOTTEN_NANOS
                ? 0
                : Arrays.stream(latest, 0, known).min().orElse(0);
    }
}
