package dev.offramp.agent.ingress;

import dev.offramp.partition.ServiceId;
import java.util.Optional;

/** Port to the cameras that send by themselves. Thread-safe. */
public interface CameraDoor {
    /** The camera of that name, if this node has been told of one of that service that sends by itself. */
    Optional<Entrance> camera(ServiceId service, String name);

    /** Where its frames come in. Thread-safe. */
    interface Entrance {
        /** A frame, which then belongs to the camera; whether the camera is still there. */
        boolean frame(byte[] frame, FrameFate fate);

        /** A frame was thrown away before it came here. */
        void refused(ErrorCode code);
    }

    static RefusalException unknownCamera(String service, String name) {
        return new RefusalException(
                ErrorCode.UNKNOWN_CAMERA,
                "this node knows no camera '%s' of service '%s' that sends by itself".formatted(name, service),
                "a camera added with 'offramp camera add %s push --service %s'".formatted(name, service),
                "See 'offramp camera ls' for its node");
    }
}
