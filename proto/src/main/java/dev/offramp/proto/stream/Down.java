package dev.offramp.proto.stream;

import dev.offramp.proto.v1.Downstream;
import dev.offramp.proto.v1.Transfer;

/** A message down a stream: what {@link Downstream} is on the wire, with the activation's bytes beside it. */
public sealed interface Down {
    /** A message without an activation: hello, offer, withdraw or mark. */
    record Plain(Downstream message) implements Down {}

    /**
     * A job's activation, or the beginning of it.
     *
     * @param header the message without {@code activation}
     */
    record Begun(Transfer header, Payload payload) implements Down {}

    /** What follows of the activation begun before. */
    record Continued(Payload payload) implements Down {}

    /** Something that arrived and is no message; never sent. */
    record Malformed(String why) implements Down {}

    /** The message without an activation. */
    static Down of(Downstream message) {
        return new Plain(message);
    }
}
