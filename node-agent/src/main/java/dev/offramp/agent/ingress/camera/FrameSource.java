package dev.offramp.agent.ingress.camera;

/** Port to what brings a camera's frames. */
@FunctionalInterface
public interface FrameSource {
    /**
     * Connects, or listens; never blocks. The listener is called on any thread, also before this returns.
     *
     * @throws IllegalArgumentException if it cannot even be tried
     */
    Connection open(Listener listener);

    /** What was opened. Thread-safe; never blocks. */
    interface Connection {
        /** Ends everything; nothing is heard of it then. */
        void close();

        /** Ends what a camera that came to us has opened, and goes on listening. */
        default void drop() {}
    }

    /** Hears of one connection. */
    interface Listener {
        /** We listen for a camera that comes when it likes. */
        void listening();

        /** A frame, which then belongs to the listener. */
        void frame(byte[] frame);

        /** A frame larger than allowed was thrown away. */
        void oversize();

        /** The camera that had come to us is gone; we go on listening. */
        void left(String why);

        /** It is over, and why; nothing comes any more. */
        void ended(String why);

        /** The same, because of a frame larger than allowed, behind which nothing can be read. */
        void endedByOversize(String why);
    }
}
