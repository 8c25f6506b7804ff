package dev.offramp.agent.ingress;

import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever goes wrong with a request into one typed answer and one count. Thread-safe. */
final class Failures {
    private static final Logger log = LoggerFactory.getLogger(Failures.class);
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int SERVER_ERROR = 500;

    private final RefusalCounter refusals;

    Failures(RefusalCounter refusals) {
        this.refusals = refusals;
    }

    /** On the event loop. */
    void handle(RoutingContext routing) {
        Throwable cause = routing.failure();
        if (cause instanceof RefusalException refusal) {
            answer(routing, refusal);
        } else {
            answer(routing, translate(routing, cause));
        }
    }

    private RefusalException translate(RoutingContext routing, @Nullable Throwable cause) {
        String path = routing.request().path();
        return switch (routing.statusCode()) {
            case NOT_FOUND -> nothingAt(path);
            case METHOD_NOT_ALLOWED ->
                new RefusalException(
                        ErrorCode.METHOD_NOT_ALLOWED,
                        "%s is not for %s".formatted(routing.request().method(), path),
                        "POST for frames, GET for everything else",
                        "Check the method");
            default -> {
                if (routing.statusCode() < SERVER_ERROR) {
                    yield new RefusalException(
                            ErrorCode.BAD_REQUEST,
                            "the request is malformed: " + routing.request().uri(),
                            "an HTTP request with a JPEG or PNG as its body",
                            "Check the client");
                }
                log.error("request {} failed", path, cause);
                yield new RefusalException(
                        ErrorCode.INTERNAL, "the agent failed on this request", "an answer", "See the agent's log");
            }
        };
    }

    /** A request that HTTP itself cannot make sense of; its connection is closed. */
    void invalid(HttpServerRequest request) {
        refusals.refused(Optional.empty(), ErrorCode.BAD_REQUEST);
        HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
    }

    /** On the event loop. */
    void answer(RoutingContext routing, RefusalException refusal) {
        Service service = routing.get(FrameRoute.SERVICE);
        refusals.refused(Optional.ofNullable(service).map(Service::id), refusal.code());
        tell(routing, refusal);
    }

    /** Answers what has been counted already. On the event loop. */
    static void tell(RoutingContext routing, RefusalException refusal) {
        HttpServerResponse response = routing.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (refusal.code() == ErrorCode.OVERSIZE) {
            // What the client still sends is not worth reading.
            response.putHeader("Connection", "close");
        }
        json(response, refusal.code().status(), Answers.error(refusal));
    }

    static void json(HttpServerResponse response, int status, JsonObject body) {
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(status).putHeader("Content-Type", "application/json");
            end(response, body.encode());
        }
    }

    /** A client that is gone needs no answer. */
    static void end(HttpServerResponse response, String body) {
        var unused = response.end(body);
    }

    static RefusalException nothingAt(@Nullable String path) {
        return new RefusalException(
                ErrorCode.NOT_FOUND,
                "there is nothing at " + path,
                "/v1/services/{service}/frames, …/cameras/{camera}, …/outcomes, /metrics or /healthz",
                "Check the address");
    }

    static RefusalException unknownService(String name) {
        return new RefusalException(
                ErrorCode.UNKNOWN_SERVICE,
                "service '%s' has no ingress on this node".formatted(name),
                "a service placed with this node as ingress",
                "Maybe the placement is not active yet; 'offramp placement' shows it");
    }

    static String serviceName(RoutingContext routing) {
        return String.valueOf(routing.pathParam("service"));
    }

    static Optional<ServiceId> serviceId(String name) {
        try {
            return Optional.of(new ServiceId(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
