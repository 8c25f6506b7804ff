package dev.offramp.agent.receiver;

import dev.offramp.agent.forward.BackOff;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be delivered, one after another: a bounded queue that gives its oldest for a newer one, and of the one on its
 * way a bounded number of attempts, later and later. On time that is told. Confined to its owner's thread.
 *
 * @param <T> what is delivered
 */
final class Deliveries<T> {
    /** What an offer costs. */
    enum Cost {
        NOTHING,
        /** The oldest that waits. */
        OLDEST
    }

    private final int capacity;
    private final int maxAttempts;
    private final BackOff backOff;
    private final Deque<T> waiting = new ArrayDeque<>();
    private @Nullable T head;
    private boolean onItsWay;
    private int attempts;
    private long notBeforeNanos;

    /**
     * @param capacity most that wait, besides the one on its way
     * @param maxAttempts at each
     */
    Deliveries(int capacity, int maxAttempts, BackOff backOff) {
        this.capacity = capacity;
        this.maxAttempts = maxAttempts;
        this.backOff = backOff;
    }

    Cost offer(T one) {
        Cost cost = Cost.NOTHING;
        if (waiting.size() == capacity) {
            waiting.removeFirst();
            cost = Cost.OLDEST;
        }
        waiting.addLast(one);
        return cost;
    }

    /** What is to be sent now; its end is to be told before there is another. */
    Optional<T> next(long nowNanos) {
        if (onItsWay) {
            return Optional.empty();
        }
        if (head == null) {
            head = waiting.pollFirst();
            attempts = 0;
        } else if (nowNanos - notBeforeNanos < 0) {
            return Optional.empty();
        }
        onItsWay = head != null;
        return Optional.ofNullable(head);
    }

    /** It has arrived, or will never. */
    void done() {
        backOff.reset();
        onItsWay = false;
        head = null;
    }

    /** It has not arrived; whether it is tried again. */
    boolean failed(long nowNanos) {
        onItsWay = false;
        attempts++;
        if (attempts >= maxAttempts) {
            head = null;
            return false;
        }
        notBeforeNanos = nowNanos + backOff.next().toNanos();
        return true;
    }

    int size() {
        return waiting.size() + (head == null ? 0 : 1);
    }
}
