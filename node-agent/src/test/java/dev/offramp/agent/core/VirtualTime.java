package dev.offramp.agent.core;

import java.util.PriorityQueue;

/** Virtual time: runs actions in order of their time, and of their scheduling where times are equal. */
final class VirtualTime {
    private record Action(long at, long number, Runnable what) {}

    private final PriorityQueue<Action> agenda = new PriorityQueue<>((one, other) ->
            one.at != other.at ? Long.compare(one.at, other.at) : Long.compare(one.number, other.number));
    private long now;
    private long number;

    long now() {
        return now;
    }

    void at(long when, Runnable what) {
        agenda.add(new Action(Math.max(when, now), number++, what));
    }

    void after(long nanos, Runnable what) {
        at(now + nanos, what);
    }

    /** Runs everything due up to and including {@code until}. */
    void runUntil(long until) {
        while (!agenda.isEmpty() && agenda.peek().at() <= until) {
            Action next = agenda.remove();
            now = next.at();
            next.what().run();
        }
        now = until;
    }
}
