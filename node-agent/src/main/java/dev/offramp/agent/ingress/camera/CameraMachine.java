package dev.offramp.agent.ingress.camera;

import dev.offramp.agent.forward.BackOff;
import java.time.Duration;

/**
 * What becomes of a camera's connection, on time that is told: opened, watched, given up when no frame comes for too long,
 * and tried again later and later until one does. A camera that comes to us when it likes is waited for instead: what it has
 * opened is dropped when it is silent, and we go on listening. Confined to its owner's lock.
 */
final class CameraMachine {
    /** How far it is. */
    enum State {
        /** Until the next attempt. */
        WAITING,
        /** Opened, and no frame has come yet, nor do we listen. */
        CONNECTING,
        /** The camera comes to us when it likes. */
        LISTENING,
        /** Frames come. */
        STREAMING
    }

    /** What is to be done. */
    enum Step {
        NONE,
        OPEN,
        /** Close; it is opened again later. */
        CLOSE,
        /** Close what the camera has opened, and go on listening. */
        DROP
    }

    private final boolean passive;
    private final long patienceNanos;
    private final BackOff backOff;
    private State state = State.WAITING;
    private long sinceNanos;
    private Duration delay = Duration.ZERO;
    private long attempts;

    /** @param passive whether the camera comes to us when it likes */
    CameraMachine(boolean passive, Duration patience, BackOff backOff, long nowNanos) {
        this.passive = passive;
        this.patienceNanos = patience.toNanos();
        this.backOff = backOff;
        this.sinceNanos = nowNanos;
    }

    /** Time has passed. */
    Step tick(long nowNanos) {
        long past = nowNanos - sinceNanos;
        return switch (state) {
            case WAITING -> {
                if (past < delay.toNanos()) {
                    yield Step.NONE;
                }
                attempts++;
                enter(State.CONNECTING, nowNanos);
                yield Step.OPEN;
            }
            case LISTENING -> Step.NONE;
            case CONNECTING, STREAMING -> {
                if (past < patienceNanos) {
                    yield Step.NONE;
                }
                if (passive && state == State.STREAMING) {
                    enter(State.LISTENING, nowNanos);
                    yield Step.DROP;
                }
                rest(nowNanos);
                yield Step.CLOSE;
            }
        };
    }

    /** We listen; it goes well, also before a frame has come, if it lasts. */
    void listening(long nowNanos) {
        if (state == State.CONNECTING && passive) {
            enter(State.LISTENING, nowNanos);
        }
    }

    /** A frame has come. */
    void frame(long nowNanos) {
        if (state != State.WAITING) {
            backOff.reset();
            enter(State.STREAMING, nowNanos);
        }
    }

    /** The connection has ended by itself, or could not be opened. */
    void ended(long nowNanos) {
        if (state == State.LISTENING && nowNanos - sinceNanos >= patienceNanos) {
            backOff.reset();
        }
        rest(nowNanos);
    }

    /** A camera that comes to us has gone. */
    void left(long nowNanos) {
        if (state == State.STREAMING) {
            enter(State.LISTENING, nowNanos);
        }
    }

    private void rest(long nowNanos) {
        delay = backOff.next();
        enter(State.WAITING, nowNanos);
    }

    private void enter(State next, long nowNanos) {
        state = next;
        sinceNanos = nowNanos;
    }

    State state() {
        return state;
    }

    /** Whether a frame has come within the camera's patience. */
    boolean isUp() {
        return state == State.STREAMING;
    }

    /** Openings after the first. */
    long reconnects() {
        return Math.max(0, attempts - 1);
    }
}
