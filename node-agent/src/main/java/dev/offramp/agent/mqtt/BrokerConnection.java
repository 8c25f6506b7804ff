package dev.offramp.agent.mqtt;

import dev.offramp.partition.feed.FeedUrl;
import dev.offramp.partition.feed.Remark;
import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttConnAckMessage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One connection to an MQTT broker, which is asked now and then whether it is still there: a broker that has vanished
 * closes nothing. Once it is lost or closed nothing more is heard of it. Thread-safe.
 */
public final class BrokerConnection {
    private static final int PORT = 1883;
    private static final int SECURE_PORT = 8883;
    private static final int CONNECT_MILLIS = 5_000;
    private static final long ANSWER_MILLIS = 10_000;
    private static final long PING_MILLIS = 5_000;
    private static final int MAX_PINGS_WITHOUT_ANSWER = 3;
    private static final int KEEP_ALIVE_SECONDS = 30;

    private final Vertx vertx;
    private final FeedUrl url;
    private final MqttClient client;
    private final Listener listener;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger pings = new AtomicInteger();

    /** Hears once that the connection is lost, unless it is closed first. */
    @FunctionalInterface
    public interface Listener {
        void lost(String why);

        /** It is lost because of a message larger than allowed. */
        default void lostToLargeMessage(String why) {
            lost(why);
        }
    }

    /**
     * Does not connect yet.
     *
     * @param clientId no other client of the broker has it
     */
    public BrokerConnection(Vertx vertx, FeedUrl url, String clientId, MqttClientOptions options, Listener listener) {
        this.vertx = vertx;
        this.url = url;
        this.listener = listener;
        options.setClientId(clientId)
                .setKeepAliveInterval(KEEP_ALIVE_SECONDS)
                .setAutoKeepAlive(false)
                .setSsl(isSecure())
                .setHostnameVerificationAlgorithm("HTTPS");
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
        client.exceptionHandler(this::fail);
        client.pingResponseHandler(pong -> pings.set(0));
        long patience = vertx.setTimer(
                ANSWER_MILLIS, timer -> lose("%s took the connection and does not answer".formatted(url)));
        return client.connect(url.port(isSecure() ? SECURE_PORT : PORT), url.host())
                .onComplete(answered -> vertx.cancelTimer(patience))
                .onSuccess(acknowledged -> vertx.setPeriodic(PING_MILLIS, this::ping))
                .onFailure(e -> lose("cannot reach %s: %s".formatted(url, Remark.of(e))));
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

    private void fail(Throwable cause) {
        String why = "%s: %s".formatted(url, Remark.of(cause));
        if (!(cause instanceof TooLongFrameException)) {
            lose(why);
        } else if (end()) {
            listener.lostToLargeMessage(why);
        }
    }

    private void lose(String why) {
        if (end()) {
            listener.lost(why);
        }
    }

    /** Says goodbye, so that the broker does not publish the last will; also to one that has not answered yet. */
    public void close() {
        var unused = end();
    }

    private boolean end() {
        boolean first = over.compareAndSet(false, true);
        if (first) {
            var unused = client.disconnect();
        }
        return first;
    }

    /** Whether it is lost or closed. */
    public boolean isOver() {
        return over.get();
    }
}
