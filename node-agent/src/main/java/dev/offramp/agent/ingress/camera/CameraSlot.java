package dev.offramp.agent.ingress.camera;

import org.jspecify.annotations.Nullable;

/**
 * Frames of one camera between its arrival and its outcome: some in flight, and the newest of those that came meanwhile.
 * Confined to its owner's lock.
 *
 * @param <F> a frame
 */
final class CameraSlot<F> {
    private final int maxInFlight;
    private int inFlight;
    private @Nullable F waiting;

    CameraSlot(int maxInFlight) {
        this.maxInFlight = maxInFlight;
    }

    /** Whether the frame goes on now; else it waits, see {@link #replace}. */
    boolean enter() {
        if (inFlight >= maxInFlight) {
            return false;
        }
        inFlight++;
        return true;
    }

    /** Waits in place of the frame returned, which is to be skipped. */
    @Nullable
    F replace(F frame) {
        F older = waiting;
        waiting = frame;
        return older;
    }

    /** One in flight has its outcome; the frame returned takes its place. */
    @Nullable
    F leave() {
        F next = waiting;
        waiting = null;
        if (next == null) {
            inFlight--;
        }
        return next;
    }

    /** The frame that waits does so no more. */
    @Nullable
    F clear() {
        F older = waiting;
        waiting = null;
        return older;
    }
}
