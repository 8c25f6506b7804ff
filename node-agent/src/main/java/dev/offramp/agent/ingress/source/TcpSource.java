package dev.offramp.agent.ingress.source;

import dev.offramp.agent.ingress.camera.FrameSource;
import dev.offramp.agent.ingress.stream.FrameParser;
import dev.offramp.partition.feed.FeedUrl;
import dev.offramp.partition.feed.Remark;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;

/** Connects to a camera that sends one JPEG after another. Thread-safe. */
final class TcpSource implements FrameSource {
    private static final int CONNECT_MILLIS = 5_000;

    private final Vertx vertx;
    private final FeedUrl url;
    private final int maxFrameBytes;

    TcpSource(Vertx vertx, FeedUrl url, int maxFrameBytes) {
        this.vertx = vertx;
        this.url = url;
        this.maxFrameBytes = maxFrameBytes;
    }

    @Override
    public Connection open(Listener listener) {
        NetClient client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(CONNECT_MILLIS));
        var unused = client.connect(url.port(0), url.host())
                .onSuccess(socket -> {
                    Received received = new Received(listener, FrameParser.jpegs(maxFrameBytes), listener::ended);
                    socket.exceptionHandler(e -> listener.ended("the connection broke: " + e.getMessage()));
                    socket.closeHandler(closed -> received.end("the camera closed the connection"));
                    socket.handler(received::bytes);
                })
                .onFailure(e -> listener.ended("cannot reach %s: %s".formatted(url, Remark.of(e))));
        return () -> {
            var unusedEnd = client.close();
        };
    }
}
