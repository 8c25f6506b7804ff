package dev.offramp.agent.receiver;

import dev.offramp.partition.feed.Receiver;
import java.util.Set;

/** One receiver at work. Confined to the event loop, {@link #status} apart, which is thread-safe. */
interface Outlet {
    Receiver receiver();

    /**
     * An outcome to be sent, or dropped; never blocks.
     *
     * @param origin the camera, or {@code frames} where there is none
     */
    void offer(String origin, String json);

    /** Where outcomes come from, from now on: cameras, and {@code frames}. */
    default void origins(Set<String> now) {}

    /** Called now and then. */
    void tick();

    ReceiverStatus status();

    /** The node stops. */
    void close();

    /** Nobody wants it any more: closed, and nothing is left of it where it told of itself. */
    default void remove() {
        close();
    }
}
