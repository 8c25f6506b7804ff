package dev.offramp.partition.feed;

import java.util.Locale;

/** How frames come from a camera. */
public enum CameraKind {
    /** It sends them, over HTTP or gRPC. */
    PUSH,
    /** We ask for a stream over HTTP. */
    MJPEG,
    /** It publishes them to a broker, one a message. */
    MQTT,
    /** One JPEG after another over TCP; we connect. */
    TCP,
    /** The same; it connects. */
    TCP_LISTEN,
    /** Through a child process that understands video. */
    RTSP;

    /** Throws IllegalArgumentException on what is no camera's address. */
    public static CameraKind of(FeedUrl source) {
        return switch (source.scheme()) {
            case "push" -> PUSH;
            case "http", "https" -> MJPEG;
            case "mqtt", "mqtts" -> MQTT;
            case "tcp" -> source.query().equals("listen") ? TCP_LISTEN : TCP;
            case "rtsp" -> RTSP;
            default ->
                throw new IllegalArgumentException(
                        "'%s' is no camera: expected push, http, https, mqtt, mqtts, tcp or rtsp before ://"
                                .formatted(source));
        };
    }

    /** Whether frames come to us when the camera likes: its silence does not say that there is no connection. */
    public boolean isPassive() {
        return this == PUSH || this == TCP_LISTEN || this == MQTT;
    }

    /** As commands and metrics show it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
