package dev.offramp.agent.receiver;

import dev.offramp.agent.forward.BackOff;
import dev.offramp.agent.mqtt.BrokerConnection;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.feed.Receiver;
import dev.offramp.time.NanoClock;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClientOptions;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Publishes outcomes to a broker, with what Home Assistant needs to find them, and a last will that says when this node is
 * gone. What the connection does not take is dropped, not kept. Confined as {@link Outlet} says.
 */
final class MqttOutlet implements Outlet {
    private static final int MAX_UNWRITTEN = 256;
    /** Or the system buffers megabytes of outcomes for a broker that does not read. */
    private static final int SEND_BUFFER_BYTES = 64 << 10;

    private final Vertx vertx;
    private final Receiver receiver;
    private final Topics topics;
    private final NodeId node;
    private final NanoClock clock;
    private final BackOff backOff;
    private final Delivered delivered = new Delivered();
    private final Set<String> announced = new HashSet<>();
    private @Nullable BrokerConnection broker;
    private boolean connected;
    private boolean closed;
    private long notBeforeNanos;
    private int unwritten;

    MqttOutlet(Vertx vertx, Receiver receiver, NodeId node, NanoClock clock, BackOff backOff) {
        this.vertx = vertx;
        this.receiver = receiver;
        this.topics = new Topics(receiver, node);
        this.node = node;
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
        BrokerConnection attempt = new BrokerConnection(
                vertx, receiver.target(), "offramp-" + node + "-" + receiver.id(), options(), this::lost);
        broker = attempt;
        var unused = attempt.connect().onSuccess(acknowledged -> connected(attempt));
    }

    private MqttClientOptions options() {
        MqttClientOptions options = new MqttClientOptions()
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
            backOff.reset();
            delivered.up();
            publish(attempt, topics.availability(), Topics.ONLINE, true);
        }
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
            if (announced.add(origin)) {
                publish(open, topics.discovery(origin), topics.description(origin), true);
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
}
