package dev.offramp.agent.ingress;

import dev.offramp.partition.ServiceId;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Subscribers of outcomes, as server-sent events or as a line of JSON each. A subscriber that does not read fills its own
 * write queue; what comes then is dropped, counted and told to it. Confined to the HTTP event loop.
 */
final class OutcomeStreams {
    /** How outcomes are written. */
    enum Form {
        EVENTS("text/event-stream") {
            @Override
            String outcome(String json) {
                return "event: outcome\ndata: " + json + "\n\n";
            }

            @Override
            String dropped(long outcomes) {
                return "event: dropped\ndata: " + outcomes + "\n\n";
            }

            @Override
            String refused(String json) {
                return "event: refused\ndata: " + json + "\n\n";
            }

            @Override
            String nothing() {
                return ":\n\n";
            }
        },
        LINES("application/x-ndjson") {
            @Override
            String outcome(String json) {
                return json + "\n";
            }

            @Override
            String dropped(long outcomes) {
                return "{\"dropped\":" + outcomes + "}\n";
            }

            @Override
            String refused(String json) {
                return json + "\n";
            }

            @Override
            String nothing() {
                return "\n";
            }
        };

        private final String type;

        Form(String type) {
            this.type = type;
        }

        /** What the {@code Accept} header asks for; events, unless it names lines. */
        static Form of(@Nullable String accept) {
            return accept != null && accept.contains(LINES.type) ? LINES : EVENTS;
        }

        abstract String outcome(String json);

        /** So many outcomes were not written. */
        abstract String dropped(long outcomes);

        /** It may listen no more, and why. */
        abstract String refused(String json);

        /** What nobody takes for anything. */
        abstract String nothing();
    }

    /** Whether a subscriber may listen: it may have come long ago. */
    @FunctionalInterface
    interface Right {
        void check() throws RefusalException;
    }

    private final int maxSubscribers;
    private final int bufferBytes;
    private final RefusalCounter refusals;
    private final Map<ServiceId, Set<Subscriber>> subscribers = new HashMap<>();
    private int count;

    /** @param refusals hears of outcomes that a subscriber did not get, and of those that may listen no more */
    OutcomeStreams(int maxSubscribers, int bufferBytes, RefusalCounter refusals) {
        this.maxSubscribers = maxSubscribers;
        this.bufferBytes = bufferBytes;
        this.refusals = refusals;
    }

    void subscribe(ServiceId service, Form form, Right right, HttpServerResponse response) throws RefusalException {
        if (count >= maxSubscribers) {
            throw new RefusalException(
                    ErrorCode.BUSY,
                    "%d subscribers listen already".formatted(count),
                    "at most " + maxSubscribers,
                    "Close one of them");
        }
        Subscriber subscriber = new Subscriber(service, form, right, response);
        count++;
        subscribers.computeIfAbsent(service, id -> new LinkedHashSet<>()).add(subscriber);
        response.closeHandler(closed -> remove(service, subscriber));
        response.exceptionHandler(e -> remove(service, subscriber));
        response.setChunked(true).setWriteQueueMaxSize(bufferBytes);
        response.putHeader("Content-Type", form.type).putHeader("Cache-Control", "no-store");
        subscriber.write(form == Form.EVENTS ? ": outcomes of " + service + "\n\n" : form.nothing());
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
        // One that may listen no more is taken out.
        for (Subscriber subscriber : List.copyOf(subscribers.getOrDefault(service, Set.of()))) {
            if (subscriber.mayListen()) {
                subscriber.publish(json);
            }
        }
    }

    /** Keeps connections from looking idle. */
    void heartbeat() {
        all().filter(Subscriber::mayListen).forEach(Subscriber::heartbeat);
    }

    /** Ends the streams of those that may listen no more. */
    void examine() {
        all().forEach(Subscriber::mayListen);
    }

    private Stream<Subscriber> all() {
        return subscribers.values().stream().flatMap(Set::stream).toList().stream();
    }

    private final class Subscriber {
        private final ServiceId service;
        private final Form form;
        private final Right right;
        private final HttpServerResponse response;
        private long missed;

        Subscriber(ServiceId service, Form form, Right right, HttpServerResponse response) {
            this.service = service;
            this.form = form;
            this.right = right;
            this.response = response;
        }

        boolean mayListen() {
            try {
                right.check();
                return true;
            } catch (RefusalException e) {
                remove(service, this);
                refusals.refused(Optional.of(service), e.code());
                if (response.writeQueueFull()) {
                    // It does not read, so it would not read that either.
                    var unused = response.reset();
                } else {
                    Failures.end(response, form.refused(Answers.error(e).encode()));
                }
                return false;
            }
        }

        /** One that does not read need not hear that we are alive. */
        void heartbeat() {
            if (!response.writeQueueFull()) {
                write(form.nothing());
            }
        }

        void publish(String json) {
            if (response.writeQueueFull()) {
                missed++;
                refusals.outcomesDropped(1);
                return;
            }
            if (missed > 0) {
                write(form.dropped(missed));
                missed = 0;
            }
            write(form.outcome(json));
        }

        /** A failed write closes the connection, and that removes the subscriber. */
        void write(String text) {
            var unused = response.write(text);
        }
    }
}
