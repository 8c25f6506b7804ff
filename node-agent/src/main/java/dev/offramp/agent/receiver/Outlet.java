package dev.offramp.agent.receiver;

import dev.offramp.partition.feed.Receiver;

/** One receiver at work. Confined to the event loop, {@link #status} apart, which is thread-safe. */
interface Outlet {
    Receiver receiver();

    /**
     * An outcome to be sent, or dropped; never blocks.
     *
     * @param origin the camera, or {@code frames} where there is none
     */
    void offer(String origin, String json);

    /** Called now and then. */
    void tick();

    ReceiverStatus status();

    void close();
}
