package dev.offramp.agent.ingress.source;

import dev.offramp.agent.config.AgentConfig;
import dev.offramp.agent.ingress.camera.Cameras;
import dev.offramp.agent.ingress.camera.FrameSource;
import dev.offramp.agent.mqtt.ClientIds;
import dev.offramp.partition.feed.Camera;
import dev.offramp.partition.feed.FeedUrl;
import io.vertx.core.Vertx;
import java.util.concurrent.ThreadFactory;

/** Makes the source of each kind of camera; nothing of a kind is loaded before there is such a camera. Thread-safe. */
public final class VertxSources implements Cameras.Sources {
    private final Vertx vertx;
    private final ClientIds brokerClients;
    private final int maxFrameBytes;
    private final int maxFrameSide;
    private final boolean exposed;
    private final ThreadFactory threads;

    /**
     * @param limits larger frames are thrown away
     * @param exposed whether this node may listen beyond loopback
     * @param threads for what reads from child processes
     */
    public VertxSources(
            Vertx vertx, ClientIds brokerClients, AgentConfig.Ingress limits, boolean exposed, ThreadFactory threads) {
        this.vertx = vertx;
        this.brokerClients = brokerClients;
        this.maxFrameBytes = limits.maxBody().asInt();
        this.maxFrameSide = limits.maxFrameSide();
        this.exposed = exposed;
        this.threads = threads;
    }

    @Override
    public FrameSource of(Camera camera) {
        FeedUrl url = camera.source();
        return switch (camera.kind()) {
            // What it sends comes through the ingress.
            case PUSH ->
                listener -> {
                    listener.listening();
                    return () -> {};
                };
            case MJPEG -> new MjpegSource(vertx, url, maxFrameBytes);
            case MQTT -> new MqttSource(vertx, url, brokerClients.of(camera.id()), maxFrameBytes);
            case TCP -> new TcpSource(vertx, url, maxFrameBytes);
            case TCP_LISTEN -> new TcpListenSource(vertx, url, maxFrameBytes, exposed);
            case RTSP ->
                new RtspSource(url, camera.limits().maxFramesPerSecond(), maxFrameBytes, maxFrameSide, threads);
        };
    }
}
