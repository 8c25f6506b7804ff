package dev.offramp.agent.ingress.source;

import dev.offramp.agent.ingress.camera.FrameSource;
import dev.offramp.agent.ingress.stream.FrameParser;
import dev.offramp.partition.feed.FeedUrl;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a camera that connects and sends one JPEG after another. The connection that came last counts: a camera that
 * comes back need not wait until its former one is found to be dead. Thread-safe.
 */
final class TcpListenSource implements FrameSource {
    private final Vertx vertx;
    private final FeedUrl url;
    private final int maxFrameBytes;
    private final boolean exposed;

    /** @param exposed whether this node may listen beyond loopback: whoever connects is taken for the camera */
    TcpListenSource(Vertx vertx, FeedUrl url, int maxFrameBytes, boolean exposed) {
        this.vertx = vertx;
        this.url = url;
        this.maxFrameBytes = maxFrameBytes;
        this.exposed = exposed;
    }

    @Override
    public Connection open(Listener listener) {
        if (!exposed && !url.isLoopback()) {
            throw new IllegalArgumentException(
                    "%s is not on loopback, and this node has no certificates: expected 127.0.0.1, or an agent with certificates or started with --insecure"
                            .formatted(url));
        }
        Listening listening = new Listening(
                vertx.createNetServer(new NetServerOptions().setHost(url.host()).setPort(url.port(0))), listener);
        listening.start();
        return listening;
    }

    private final class Listening implements Connection {
        private final NetServer server;
        private final Listener listener;
        private @Nullable NetSocket current;

        Listening(NetServer server, Listener listener) {
            this.server = server;
            this.listener = listener;
        }

        void start() {
            var unused = server.connectHandler(this::accept)
                    .listen()
                    .onSuccess(bound -> listener.listening())
                    .onFailure(e -> listener.ended("cannot listen on %s: %s".formatted(url, e.getMessage())));
        }

        private void accept(NetSocket socket) {
            NetSocket former;
            synchronized (this) {
                former = current;
                current = socket;
            }
            if (former != null) {
                var unusedEnd = former.close();
            }
            Received received = new Received(listener, FrameParser.jpegs(maxFrameBytes), why -> left(socket, why));
            socket.exceptionHandler(e -> left(socket, "the connection broke: " + e.getMessage()));
            socket.closeHandler(closed -> received.end("the camera closed the connection"));
            socket.handler(received::bytes);
        }

        private void left(NetSocket socket, String why) {
            synchronized (this) {
                if (current != socket) {
                    return;
                }
                current = null;
            }
            listener.left(why);
        }

        @Override
        public void drop() {
            NetSocket socket;
            synchronized (this) {
                socket = current;
                current = null;
            }
            if (socket != null) {
                var unusedEnd = socket.close();
            }
        }

        @Override
        public void close() {
            drop();
            var unusedEnd = server.close();
        }
    }
}
