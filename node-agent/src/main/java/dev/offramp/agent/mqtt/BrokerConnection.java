package dev.offramp.agent.mqtt;

import dev.offramp.partition.feed.FeedUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttConnAckMessage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One connection to an MQTT broker, which is asked now and then whether it is still there: a broker that has vanished
 * closes nothing. Once it is lost or closed nothing more is heard of it. Thread-safe.
 */
public final class BrokerConnection {
    private static final int PORT = 1883;
    private static final int SECURE_PORT = 8883;
    private static final int CONNECT_MILLIS = 5_000;
    private static final long PING_MILLIS = 5_000;
    private static final int MAX_PINGS_WITHOUT_ANSWER = 3;
    private static final int KEEP_ALIVE_SECONDS = 30;

    private final Vertx vertx;
    private final FeedUrl url;
    private final MqttClient client;
    private final Consumer<String> lost;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger pings = new AtomicInteger();

    /**
     * Does not connect yet.
     *
     * @param clientId no other client of the broker has it
     * @param lost told once, and why, unless the connection is closed first
     */
    public BrokerConnection(
            Vertx vertx, FeedUrl url, String clientId, MqttClientOptions options, Consumer<String> lost) {
        this.vertx = vertx;
        this.url = url;
        this.lost = lost;
        options.setClientId(clientId)
                .setKeepAliveInterval(KEEP_ALIVE_SECONDS)
                .setAutoKeepAlive(false)
                .setSsl(isSecure());
        options.setConnectTimeout(CONNECT_MILLIS);
        url.user().ifPresent(options::setUsername);
        url.password().ifPresent(options::setPassword);
        this.client = MqttClient.create(vertx, options);
    }

    private boolean isSecure() {
        return url.scheme().equals("mqtts");
    }

    public MqttClient client() {
        return client;
    }

    /** Connects; a failure is told as a loss. */
    public Future<MqttConnAckMessage> connect() {
        client.closeHandler(closed -> lose("the broker closed the connection"));
        client.exceptionHandler(e -> lose("%s: %s".formatted(url, e.getMessage())));
        client.pingResponseHandler(pong -> pings.set(0));
        return client.connect(url.port(isSecure() ? SECURE_PORT : PORT), url.host())
                .onSuccess(acknowledged -> vertx.setPeriodic(PING_MILLIS, this::ping))
                .onFailure(e -> lose("cannot reach %s: %s".formatted(url, e.getMessage())));
    }

    private void ping(long timer) {
        if (over.get()) {
            vertx.cancelTimer(timer);
        } else if (pings.getAndIncrement() == MAX_PINGS_WITHOUT_ANSWER) {
            lose("the broker says nothing any more");
        } else {
            client.ping();
        }
    }

    private void lose(String why) {
        if (end()) {
            lost.accept(why);
        }
    }

    /** Says goodbye, so that the broker does not publish the last will. */
    public void close() {
        var unused = end();
    }

    private boolean end() {
        boolean first = over.compareAndSet(false, true);
        if (first && client.isConnected()) {
            var unused = client.disconnect();
        }
        return first;
    }

    /** Whether it is lost or closed. */
    public boolean isOver() {
        return over.get();
    }
}
