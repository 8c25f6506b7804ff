package dev.offramp.agent.ingress;

import dev.offramp.partition.ServiceId;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Subscribers of outcomes, as server-sent events. A subscriber that does not read fills its own write queue; what comes
 * then is dropped, counted and told to it as an event {@code dropped}. Confined to the HTTP event loop.
 */
final class OutcomeStreams {
    private final int maxSubscribers;
    private final int bufferBytes;
    private final LongConsumer dropped;
    private final Map<ServiceId, Set<Subscriber>> subscribers = new HashMap<>();
    private int count;

    /** @param dropped counts outcomes that a subscriber did not get */
    OutcomeStreams(int maxSubscribers, int bufferBytes, LongConsumer dropped) {
        this.maxSubscribers = maxSubscribers;
        this.bufferBytes = bufferBytes;
        this.dropped = dropped;
    }

    void subscribe(ServiceId service, HttpServerResponse response) throws RefusalException {
        if (count >= maxSubscribers) {
            throw new RefusalException(
                    ErrorCode.BUSY,
                    "%d subscribers listen already".formatted(count),
                    "at most " + maxSubscribers,
                    "Close one of them");
        }
        Subscriber subscriber = new Subscriber(response);
        count++;
        subscribers.computeIfAbsent(service, id -> new LinkedHashSet<>()).add(subscriber);
        response.closeHandler(closed -> remove(service, subscriber));
        response.exceptionHandler(e -> remove(service, subscriber));
        response.setChunked(true).setWriteQueueMaxSize(bufferBytes);
        response.putHeader("Content-Type", "text/event-stream").putHeader("Cache-Control", "no-store");
        subscriber.write(": outcomes of " + service + "\n\n");
    }

    private void remove(ServiceId service, Subscriber subscriber) {
        Set<Subscriber> ofService = subscribers.get(service);
        if (ofService != null && ofService.remove(subscriber)) {
            count--;
            if (ofService.isEmpty()) {
                subscribers.remove(service);
            }
        }
    }

    boolean hasSubscribers(ServiceId service) {
        return subscribers.containsKey(service);
    }

    void publish(ServiceId service, String json) {
        for (Subscriber subscriber : subscribers.getOrDefault(service, Set.of())) {
            subscriber.publish("event: outcome\ndata: " + json + "\n\n");
        }
    }

    /** Keeps connections from looking idle. */
    void heartbeat() {
        subscribers.values().forEach(ofService -> ofService.forEach(subscriber -> subscriber.write(":\n\n")));
    }

    private final class Subscriber {
        private final HttpServerResponse response;
        private long missed;

        Subscriber(HttpServerResponse response) {
            this.response = response;
        }

        void publish(String event) {
            if (response.writeQueueFull()) {
                missed++;
                dropped.accept(1);
                return;
            }
            if (missed > 0) {
                write("event: dropped\ndata: " + missed + "\n\n");
                missed = 0;
            }
            write(event);
        }

        /** A failed write closes the connection, and that removes the subscriber. */
        void write(String text) {
            var unused = response.write(text);
        }
    }
}
