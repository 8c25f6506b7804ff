package dev.offramp.agent.queue;

import java.util.List;

/** What a queue did with an arrival. */
public sealed interface Admission<T> {
    /**
     * It waits now.
     *
     * @param evicted what had to leave for it
     */
    record Admitted<T>(List<T> evicted) implements Admission<T> {
        public Admitted {
            evicted = List.copyOf(evicted);
        }
    }

    /** There is no room for it. */
    record Refused<T>() implements Admission<T> {}
}
