package dev.offramp.proto.access;

import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.time.NanoClock;

/**
 * What keeps strangers out of a process's ports. Immutable.
 *
 * @param credentials of the process, and whom it believes
 * @param door of all its ports
 */
public record Guard(LiveCredentials credentials, Door door) {
    public static Guard of(LiveCredentials credentials, DoorLimits limits, NanoClock clock) {
        return new Guard(credentials, new Door(limits, credentials.refusals(), clock));
    }

    /** For a gRPC server, whose channels are {@link DoorChannel}s. */
    public DoorWatch watch() {
        return new DoorWatch(door, credentials.standing());
    }

    /** For a gRPC server. */
    public AccessInterceptor interceptor() {
        return new AccessInterceptor(credentials.standing(), credentials.refusals(), door);
    }
}
