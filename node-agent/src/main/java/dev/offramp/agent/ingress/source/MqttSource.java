package dev.offramp.agent.ingress.source;

import dev.offramp.agent.ingress.camera.FrameSource;
import dev.offramp.agent.mqtt.BrokerConnection;
import dev.offramp.partition.feed.FeedUrl;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;

/** Subscribes to a topic on which a camera publishes one picture a message. Thread-safe. */
final class MqttSource implements FrameSource {
    /** What a message has besides the picture: its topic, and a few bytes. */
    private static final int OVERHEAD_BYTES = 4 << 10;

    private final Vertx vertx;
    private final FeedUrl url;
    private final String clientId;
    private final int maxFrameBytes;

    /** @param clientId no other client of the broker has it */
    MqttSource(Vertx vertx, FeedUrl url, String clientId, int maxFrameBytes) {
        this.vertx = vertx;
        this.url = url;
        this.clientId = clientId;
        this.maxFrameBytes = maxFrameBytes;
    }

    @Override
    public Connection open(Listener listener) {
        BrokerConnection broker = new BrokerConnection(
                vertx,
                url,
                clientId,
                new MqttClientOptions().setMaxMessageSize(maxFrameBytes + OVERHEAD_BYTES),
                new Loss(listener));
        broker.client().publishHandler(message -> take(message, listener));
        var unused = broker.connect()
                .compose(acknowledged -> broker.client().subscribe(url.path(), MqttQoS.AT_MOST_ONCE.value()))
                .onSuccess(subscribed -> listener.listening())
                .onFailure(e -> listener.ended("cannot subscribe to %s: %s".formatted(url, e.getMessage())));
        return broker::close;
    }

    private record Loss(Listener listener) implements BrokerConnection.Listener {
        @Override
        public void lost(String why) {
            listener.ended(why);
        }

        @Override
        public void lostToLargeMessage(String why) {
            listener.endedByOversize(why);
        }
    }

    private void take(MqttPublishMessage message, Listener listener) {
        if (message.payload().length() > maxFrameBytes) {
            listener.oversize();
        } else {
            listener.frame(message.payload().getBytes());
        }
    }
}
