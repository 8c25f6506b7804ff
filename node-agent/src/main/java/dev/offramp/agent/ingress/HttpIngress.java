package dev.offramp.agent.ingress;

import dev.offramp.agent.config.AgentConfig;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.feed.CameraId;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frames in, outcomes out, over HTTP; also {@code /metrics} and {@code /healthz}. One event loop does the talking, a
 * bounded pool the decoding. Thread-safe.
 */
public final class HttpIngress implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpIngress.class);
    private static final int OUTCOME_BYTES = 512;
    private static final long PATIENCE_SECONDS = 10;
    private static final int IDLE_SECONDS = 60;
    private static final long HEARTBEAT_MILLIS = 15_000;
    private static final int MAX_LINE_BYTES = 4096;
    private static final int MAX_HEADER_BYTES = 16 << 10;
    private static final int SERVER_ERROR = 500;
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final FrameDesk desk;
    private final Failures failures;
    private final OutcomeStreams streams;
    private final FrameBody.Room room;
    private final CameraRoute cameras;
    private final Optional<HttpAccess> access;
    private final Vertx vertx;
    private final Context context;
    private final HttpServer server;

    /** What is told besides outcomes: the text of {@code /metrics} and the body of {@code /healthz}. */
    public record Pages(Supplier<CompletionStage<String>> metrics, Supplier<CompletionStage<JsonObject>> health) {}

    /**
     * Listens.
     *
     * @param access empty where certificates are off
     * @param vertx closed with the ingress
     */
    public HttpIngress(
            AgentConfig.Listen listen,
            AgentConfig.Ingress limits,
            FrameDesk desk,
            CameraDoor door,
            RefusalCounter refusals,
            Pages pages,
            Optional<HttpAccess> access,
            Vertx vertx)
            throws IOException, InterruptedException {
        this.desk = desk;
        this.failures = new Failures(refusals);
        this.streams =
                new OutcomeStreams(limits.maxSubscribers(), limits.outcomesPerSubscriber() * OUTCOME_BYTES, refusals);
        this.room = new FrameBody.Room(limits.maxBody());
        this.cameras = new CameraRoute(door, room, limits.maxBody(), access, failures);
        this.access = access;
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        vertx.setPeriodic(HEARTBEAT_MILLIS, timer -> context.runOnContext(unused -> heartbeat()));
        this.server = listen(listen, router(pages));
    }

    private Router router(Pages pages) {
        FrameRoute frames = new FrameRoute(desk, room, access, failures);
        Router router = Router.router(vertx);
        access.ifPresent(one -> router.route().handler(routing -> examine(one, routing)));
        router.post("/v1/services/:service/frames").handler(frames::handle);
        router.post("/v1/services/:service/cameras/:camera").handler(cameras::handle);
        router.put("/v1/services/:service/cameras/:camera").handler(cameras::handle);
        router.get("/v1/services/:service/outcomes").handler(this::subscribe);
        router.get("/metrics").handler(routing -> page(routing, METRICS_TYPE, pages.metrics()));
        router.get("/healthz")
                .handler(routing -> page(
                        routing, "application/json", () -> pages.health().get().thenApply(JsonObject::encode)));
        router.route().failureHandler(failures::handle);
        for (ErrorCode code : ErrorCode.values()) {
            router.errorHandler(code.status(), failures::handle);
        }
        return router;
    }

    private void examine(HttpAccess access, RoutingContext routing) {
        try {
            access.examine(routing);
            routing.next();
        } catch (RefusalException e) {
            // What a stranger still sends is not worth reading.
            routing.response().putHeader("Connection", "close");
            failures.answer(routing, e);
        }
    }

    private HttpServer listen(AgentConfig.Listen listen, Router router) throws IOException, InterruptedException {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(listen.bind())
                .setPort(listen.httpPort())
                .setIdleTimeout(IDLE_SECONDS)
                .setHandle100ContinueAutomatically(true)
                .setHttp2ClearTextEnabled(false)
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES);
        access.ifPresent(one -> one.secure(options));
        HttpServer plain = vertx.createHttpServer(options);
        access.ifPresent(one -> plain.connectionHandler(connection -> one.greet(connection, vertx)));
        try {
            return plain.requestHandler(router)
                    .invalidRequestHandler(failures::invalid)
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    "cannot listen on %s:%d: %s".formatted(listen.bind(), listen.httpPort(), e.getMessage()), e);
        }
    }

    private void page(RoutingContext routing, String type, Supplier<CompletionStage<String>> text) {
        text.get()
                .whenComplete((body, failure) -> context.runOnContext(ignored -> {
                    if (failure == null) {
                        routing.response().putHeader("Content-Type", type);
                        Failures.end(routing.response(), body);
                    } else {
                        routing.fail(SERVER_ERROR, failure);
                    }
                }));
    }

    private void subscribe(RoutingContext routing) {
        String name = Failures.serviceName(routing);
        Optional<ServiceId> service =
                Failures.serviceId(name).flatMap(desk::service).map(Service::id);
        try {
            ServiceId id = service.orElseThrow(() -> Failures.unknownService(name));
            context.runOnContext(unused -> {
                try {
                    streams.subscribe(
                            id,
                            OutcomeStreams.Form.of(routing.request().getHeader("Accept")),
                            () -> stillMember(routing),
                            routing.response());
                } catch (RefusalException e) {
                    failures.answer(routing, e);
                }
            });
        } catch (RefusalException e) {
            failures.answer(routing, e);
        }
    }

    private void stillMember(RoutingContext routing) throws RefusalException {
        if (access.isPresent()) {
            access.get().examineAgain(routing);
        }
    }

    private void heartbeat() {
        cameras.examine();
        streams.heartbeat();
    }

    /** Ends what members whose certificates count no more have begun. */
    public void examine() {
        HttpRuntime.onLoop(context, () -> {
            cameras.examine();
            streams.examine();
        });
    }

    /** The port listened on. */
    public int port() {
        return server.actualPort();
    }

    /** Tells the subscribers of a service what became of a job. */
    public void publish(Service service, AgentEffect.Answer report, Optional<CameraId> camera) {
        HttpRuntime.onLoop(context, () -> {
            if (streams.hasSubscribers(service.id())) {
                streams.publish(
                        service.id(), Answers.report(service, report, camera).encode());
            }
        });
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // Whatever else is to be stopped shall be stopped.
            log.warn("HTTP does not stop", e);
        }
    }
}
