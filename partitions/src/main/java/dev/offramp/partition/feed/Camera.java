package dev.offramp.partition.feed;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;

/**
 * One camera of a service. Immutable.
 *
 * @param node the ingress that takes its frames
 */
public record Camera(CameraId id, ServiceId service, NodeId node, FeedUrl source, CameraLimits limits) {
    public Camera {
        check(source);
    }

    public CameraKind kind() {
        return CameraKind.of(source);
    }

    /** Throws IllegalArgumentException on what is no camera's address, saying what is wrong with it. */
    static void check(FeedUrl source) {
        switch (CameraKind.of(source)) {
            case PUSH, MJPEG, RTSP -> {}
            case MQTT -> Topics.check("camera", source, source.path());
            case TCP, TCP_LISTEN -> {
                if (source.port(0) == 0 || !source.path().isEmpty()) {
                    throw new IllegalArgumentException(
                            "'%s' is no camera: expected tcp://host:port, or tcp://address:port?listen where it connects to us"
                                    .formatted(source));
                }
            }
        }
    }
}
