package dev.offramp.agent.receiver;

import dev.offramp.agent.forward.BackOff;
import dev.offramp.agent.mqtt.BrokerConnection;
import dev.offramp.agent.mqtt.ClientIds;
import dev.offramp.partition.feed.Receiver;
import dev.offramp.time.NanoClock;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes outcomes to a broker, with what Home Assistant needs to find them, and a last will that says when this node is
 * gone. What the connection does not take is dropped, not kept. The broker keeps what it was told of sensors, also over
 * restarts of this node; so it is asked for it, and what is of cameras that have gone meanwhile is taken back. Confined as
 * {@link Outlet} says.
 */
final class MqttOutlet implements Outlet {
    private static final Logger log = LoggerFactory.getLogger(MqttOutlet.class);
    private static final int MAX_UNWRITTEN = 256;
    /** Or the system buffers megabytes of outcomes for a broker that does not read. */
    private static final int SEND_BUFFER_BYTES = 64 << 10;
    /** Nothing else comes from the broker. */
    private static final int MAX_DESCRIPTION_BYTES = 64 << 10;

    private final Vertx vertx;
    private final Receiver receiver;
    private final Topics topics;
    private final ClientIds brokerClients;
    private final NanoClock clock;
    private final BackOff backOff;
    private final Delivered delivered = new Delivered();
    /** Of whom this connection has told. */
    private final Set<String> announced = new HashSet<>();
    /** Topics of sensors that the broker keeps, as far as this connection knows. */
    private final Set<String> kept = new HashSet<>();

    private Set<String> origins = Set.of();
    private @Nullable BrokerConnection broker;
    private boolean connected;
    private boolean closed;
    private long notBeforeNanos;
    private int unwritten;

    MqttOutlet(Vertx vertx, Receiver receiver, ClientIds brokerClients, NanoClock clock, BackOff backOff) {
        this.vertx = vertx;
        this.receiver = receiver;
        this.topics = new Topics(receiver, brokerClients.node());
        this.brokerClients = brokerClients;
        this.clock = clock;
        this.backOff = backOff;
        this.notBeforeNanos = clock.nanoTime();
    }

    @Override
    public Receiver receiver() {
        return receiver;
    }

    @Override
    public void tick() {
        if (broker == null && !closed && clock.nanoTime() - notBeforeNanos >= 0) {
            connect();
        }
    }

    private void connect() {
        BrokerConnection attempt =
                new BrokerConnection(vertx, receiver.target(), brokerClients.of(receiver.id()), options(), this::lost);
        broker = attempt;
        var unused = attempt.connect().onSuccess(acknowledged -> connected(attempt));
    }

    private MqttClientOptions options() {
        MqttClientOptions options = new MqttClientOptions()
                .setMaxMessageSize(MAX_DESCRIPTION_BYTES)
                .setWillFlag(true)
                .setWillTopic(topics.availability())
                .setWillMessageBytes(Buffer.buffer(Topics.OFFLINE))
                .setWillRetain(true);
        options.setSendBufferSize(SEND_BUFFER_BYTES);
        return options;
    }

    private void connected(BrokerConnection attempt) {
        if (!attempt.isOver()) {
            connected = true;
            unwritten = 0;
            announced.clear();
            kept.clear();
            backOff.reset();
            delivered.up();
            publish(attempt, topics.availability(), Topics.ONLINE, true);
            attempt.client().publishHandler(message -> found(attempt, message));
            var unused = attempt.client().subscribe(topics.discoveries(), MqttQoS.AT_MOST_ONCE.value());
        }
    }

    /** A sensor that the broker keeps; an empty message is one that was taken back. */
    private void found(BrokerConnection open, MqttPublishMessage message) {
        if (broker == open && message.payload().length() > 0 && topics.isDiscovery(message.topicName())) {
            kept.add(message.topicName());
            takeBackSensors(open);
        }
    }

    @Override
    public void origins(Set<String> now) {
        origins = Set.copyOf(now);
        if (broker != null && connected) {
            takeBackSensors(broker);
        }
    }

    /** Of cameras that are no more. */
    private void takeBackSensors(BrokerConnection open) {
        announced.retainAll(origins);
        Set<String> gone = new HashSet<>(kept);
        origins.forEach(origin -> gone.remove(topics.discovery(origin)));
        gone.forEach(topic -> publish(open, topic, "", true));
        kept.removeAll(gone);
    }

    private void lost(String why) {
        delivered.down(why);
        broker = null;
        connected = false;
        notBeforeNanos = clock.nanoTime() + backOff.next().toNanos();
    }

    @Override
    public void offer(String origin, String json) {
        BrokerConnection open = broker;
        if (open == null || !connected) {
            delivered.dropped("unreachable");
        } else if (unwritten >= MAX_UNWRITTEN) {
            delivered.dropped("queue_full");
        } else {
            // Not of a camera that has gone since it sent the frame.
            if (origins.contains(origin) && announced.add(origin)) {
                publish(open, topics.discovery(origin), topics.description(origin), true);
                kept.add(topics.discovery(origin));
            }
            publish(open, topics.outcome(origin), json, false);
            delivered.sent();
        }
    }

    private void publish(BrokerConnection open, String topic, String text, boolean retained) {
        unwritten++;
        var unused = open.client()
                .publish(topic, Buffer.buffer(text), MqttQoS.AT_MOST_ONCE, false, retained)
                .onComplete(done -> {
                    if (broker == open) {
                        unwritten--;
                    }
                });
    }

    @Override
    public ReceiverStatus status() {
        return delivered.status(receiver);
    }

    /** A node that stops is offline at once: the last will is for one that dies. */
    @Override
    public void close() {
        closed = true;
        if (broker != null) {
            if (connected) {
                publish(broker, topics.availability(), Topics.OFFLINE, true);
            }
            broker.close();
        }
    }

    @Override
    public void remove() {
        if (broker != null && connected) {
            origins.forEach(origin -> kept.add(topics.discovery(origin)));
            origins(Set.of());
            publish(broker, topics.availability(), Topics.OFFLINE, false);
            publish(broker, topics.availability(), "", true);
            closed = true;
            broker.close();
        } else {
            log.warn(
                    "receiver {} is removed while {} cannot be reached: what it keeps under {} and {} stays there",
                    receiver.id(),
                    receiver.target(),
                    topics.discoveries(),
                    topics.availability());
            close();
        }
    }
}
