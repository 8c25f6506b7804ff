package dev.offramp.agent.receiver;

import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.forward.BackOff;
import dev.offramp.agent.ingress.Answers;
import dev.offramp.agent.mqtt.ClientIds;
import dev.offramp.partition.Service;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.partition.feed.Feeds;
import dev.offramp.partition.feed.Receiver;
import dev.offramp.partition.feed.ReceiverId;
import dev.offramp.time.NanoClock;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The receivers this node is told to tell of outcomes. Costs nothing while there is none. Thread-safe. */
public final class Receivers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Receivers.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration RETRY_MIN = Duration.ofMillis(500);
    private static final Duration RETRY_MAX = Duration.ofSeconds(30);
    private static final String NO_CAMERA = "frames";

    private final Vertx vertx;
    private final Context context;
    private final ClientIds brokerClients;
    private final NanoClock clock;
    private final InstantSource wallClock;
    private final RandomGenerator random;
    private final SortedMap<ReceiverId, Outlet> outlets = new ConcurrentSkipListMap<>();
    private boolean ticking;
    private volatile boolean closed;

    /** @param random seeds each receiver's own */
    public Receivers(
            Vertx vertx, ClientIds brokerClients, NanoClock clock, InstantSource wallClock, RandomGenerator random) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.brokerClients = brokerClients;
        this.clock = clock;
        this.wallClock = wallClock;
        this.random = random;
    }

    /** These and no others from now on; those that are as they were go on undisturbed. */
    public void apply(Feeds feeds) {
        if (!closed && (!feeds.receivers().isEmpty() || !outlets.isEmpty())) {
            context.runOnContext(unused -> applyOnLoop(feeds));
        }
    }

    private void applyOnLoop(Feeds feeds) {
        Map<ReceiverId, Receiver> wanted = feeds.receivers();
        for (Outlet outlet : List.copyOf(outlets.values())) {
            Receiver receiver = outlet.receiver();
            if (!receiver.equals(wanted.get(receiver.id()))) {
                outlets.remove(receiver.id());
                outlet.remove();
                log.info("receiver {} is gone", receiver.id());
            }
        }
        for (Receiver receiver : wanted.values()) {
            if (!outlets.containsKey(receiver.id())) {
                outlets.put(receiver.id(), outlet(receiver));
                log.info("outcomes of {} go to {}", receiver.service(), receiver.target());
            }
        }
        outlets.values().forEach(outlet -> outlet.origins(origins(feeds, outlet.receiver())));
        if (!ticking && !outlets.isEmpty()) {
            ticking = true;
            tick();
        }
    }

    private static Set<String> origins(Feeds feeds, Receiver receiver) {
        return Stream.concat(
                        Stream.of(NO_CAMERA),
                        feeds.cameras().values().stream()
                                .filter(camera -> camera.service().equals(receiver.service()))
                                .map(camera -> camera.id().value()))
                .collect(Collectors.toSet());
    }

    private Outlet outlet(Receiver receiver) {
        BackOff backOff = new BackOff(RETRY_MIN, RETRY_MAX, new SplittableRandom(random.nextLong()));
        return switch (receiver.kind()) {
            case MQTT -> new MqttOutlet(vertx, receiver, brokerClients, clock, backOff);
            case WEBHOOK -> new WebhookOutlet(vertx, receiver, clock, wallClock, backOff);
        };
    }

    private void tick() {
        outlets.values().forEach(Outlet::tick);
        ticking = !outlets.isEmpty();
        if (ticking) {
            vertx.setTimer(TICK.toMillis(), timer -> tick());
        }
    }

    /** Tells the receivers of a service what became of a job; never blocks. */
    public void publish(Service service, AgentEffect.Answer answer, Optional<CameraId> camera) {
        if (!outlets.isEmpty()) {
            context.runOnContext(unused -> publishOnLoop(service, answer, camera));
        }
    }

    private void publishOnLoop(Service service, AgentEffect.Answer answer, Optional<CameraId> camera) {
        List<Outlet> listening = outlets.values().stream()
                .filter(outlet -> outlet.receiver().service().equals(service.id()))
                .toList();
        if (!listening.isEmpty()) {
            String origin = camera.map(CameraId::value).orElse(NO_CAMERA);
            String json = Answers.report(service, answer, camera).encode();
            listening.forEach(outlet -> outlet.offer(origin, json));
        }
    }

    /** How each of them does. */
    public List<ReceiverStatus> status() {
        return outlets.values().stream().map(Outlet::status).toList();
    }

    /** Says goodbye; before Vert.x is closed. */
    @Override
    public void close() {
        closed = true;
        context.runOnContext(unused -> {
            outlets.values().forEach(Outlet::close);
            outlets.clear();
        });
    }
}
