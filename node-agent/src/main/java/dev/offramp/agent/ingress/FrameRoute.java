package dev.offramp.agent.ingress;

import dev.offramp.agent.core.AgentEffect;
import dev.offramp.partition.Service;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.Outcome;
import io.vertx.core.Context;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/services/{service}/frames}. Handlers run on the event loop. */
final class FrameRoute {
    /** Key of the routing's service. */
    static final String SERVICE = "service-placed";

    /** The last is what curl says of any body: the bytes decide. */
    private static final List<String> TYPES = List.of(
            "image/jpeg", "image/jpg", "image/png", "application/octet-stream", "application/x-www-form-urlencoded");

    private static final String TRUTH = "Offramp-Truth";
    private static final String PRIORITY = "Offramp-Priority";
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int LOST = 503;

    private final FrameDesk desk;
    private final FrameBody.Room room;
    private final Optional<HttpAccess> access;
    private final Failures failures;

    /** @param access empty where certificates are off */
    FrameRoute(FrameDesk desk, FrameBody.Room room, Optional<HttpAccess> access, Failures failures) {
        this.desk = desk;
        this.room = room;
        this.access = access;
        this.failures = failures;
    }

    /** What is refused by its head alone is refused before its body is read. */
    void handle(RoutingContext routing) {
        String name = Failures.serviceName(routing);
        Optional<Service> service = Failures.serviceId(name).flatMap(desk::service);
        try {
            Service placed = service.orElseThrow(() -> Failures.unknownService(name));
            routing.put(SERVICE, placed);
            if (access.isPresent()) {
                access.get().admit(routing, placed);
            }
            checkType(routing.request().getHeader("Content-Type"));
            boolean wait = wait(routing.request().getParam("wait"));
            OptionalInt truth = truth(placed, routing.request().getHeader(TRUTH));
            int priority = priority(placed, routing.request().getHeader(PRIORITY));
            Asked asked = new Asked(placed, truth, priority);
            read(routing, frame -> decode(routing, asked, frame, wait));
        } catch (RefusalException e) {
            FrameBody.discard(routing.request(), room);
            failures.answer(routing, e);
        }
    }

    private static void checkType(@Nullable String type) throws RefusalException {
        if (type != null && !TYPES.contains(type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))) {
            throw new RefusalException(
                    ErrorCode.UNSUPPORTED_MEDIA,
                    "content type '%s' is not taken".formatted(type),
                    "image/jpeg or image/png",
                    "Send the JPEG's or PNG's bytes as the body");
        }
    }

    private void read(RoutingContext routing, Consumer<byte[]> whole) {
        FrameBody.read(routing.request(), room, new FrameBody.Receiver() {
            @Override
            public void whole(byte[] body) {
                whole.accept(body);
            }

            @Override
            public void refused(RefusalException refusal) {
                failures.answer(routing, refusal);
            }
        });
    }

    /** What a request says besides its frame. */
    private record Asked(Service service, OptionalInt truth, int priority) {}

    private void decode(RoutingContext routing, Asked asked, byte[] frame, boolean wait) {
        Answering watcher = new Answering(routing, routing.vertx().getOrCreateContext(), asked.service(), wait);
        try {
            if (access.isPresent()) {
                access.get().admit(routing, frame.length);
            }
            desk.submit(asked.service(), frame, asked.truth(), asked.priority(), watcher, () -> room.release(frame));
        } catch (RefusalException e) {
            room.release(frame);
            failures.answer(routing, e);
        }
    }

    private static boolean wait(@Nullable String text) throws RefusalException {
        if (text == null || text.equals("true")) {
            return true;
        }
        if (text.equals("false")) {
            return false;
        }
        throw new RefusalException(
                ErrorCode.BAD_REQUEST, "wait=%s is not understood".formatted(text), "true or false", "Leave it out");
    }

    /** A sender may hold its frame for less important than the service is, not for more. */
    private static int priority(Service service, @Nullable String text) throws RefusalException {
        if (text == null) {
            return service.priority();
        }
        int priority;
        try {
            priority = Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            priority = -1;
        }
        if (priority < 0 || priority > service.priority()) {
            throw new RefusalException(
                    ErrorCode.BAD_REQUEST,
                    "%s: '%s' is no priority for %s".formatted(PRIORITY, text, service.id()),
                    "0 to %d, the service's own".formatted(service.priority()),
                    "Leave the header out for the service's own priority");
        }
        return priority;
    }

    private static OptionalInt truth(Service service, @Nullable String text) throws RefusalException {
        if (text == null) {
            return OptionalInt.empty();
        }
        int index = service.labels().indexOf(text.strip());
        if (index < 0) {
            try {
                index = Integer.parseInt(text.strip());
            } catch (NumberFormatException e) {
                index = -1;
            }
        }
        if (index < 0 || index >= service.labels().size()) {
            throw new RefusalException(
                    ErrorCode.BAD_REQUEST,
                    "%s: '%s' is no label of %s".formatted(TRUTH, text, service.id()),
                    "one of %s, or its index".formatted(service.labels()),
                    "Leave the header out if the truth is not known");
        }
        return OptionalInt.of(index);
    }

    /** Answers one request, back on its event loop. */
    private final class Answering implements FrameIntake.Watcher {
        private final RoutingContext routing;
        private final Context context;
        private final Service service;
        private final boolean wait;

        Answering(RoutingContext routing, Context context, Service service, boolean wait) {
            this.routing = routing;
            this.context = context;
            this.service = service;
            this.wait = wait;
        }

        @Override
        public void refused(RefusalException refusal) {
            HttpRuntime.onLoop(context, () -> failures.answer(routing, refusal));
        }

        @Override
        public void accepted(JobId job) {
            if (!wait) {
                answer(ACCEPTED, Answers.accepted(service, job));
            }
        }

        @Override
        public void done(AgentEffect.Answer report) {
            if (wait) {
                answer(
                        report.outcome() instanceof Outcome.Completed ? OK : LOST,
                        Answers.report(service, report, Optional.empty()));
            }
        }

        private void answer(int status, JsonObject body) {
            HttpRuntime.onLoop(context, () -> Failures.json(routing.response(), status, body));
        }
    }
}
