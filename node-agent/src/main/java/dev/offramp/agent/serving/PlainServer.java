package dev.offramp.agent.serving;

import dev.offramp.agent.exit.ExitGate;
import dev.offramp.agent.inference.Inference;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.agent.ingress.FrameTensors;
import dev.offramp.agent.ingress.HttpRuntime;
import dev.offramp.agent.ingress.RefusalException;
import dev.offramp.partition.Partition;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.partition.policy.Thresholds;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One network, one thread that runs it, and a bounded queue before that, behind one HTTP address. It knows no exits, no
 * neighbours, no deadlines and keeps no books. Thread-safe.
 */
final class PlainServer implements AutoCloseable {
    private static final int MAX_FRAME_SIDE = 4096;
    private static final int MAX_BODY_BYTES = 8 << 20;
    private static final int DECODING = 32;
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int FAILED = 500;
    private static final int FULL = 503;
    private static final long PATIENCE_SECONDS = 10;

    private final Manifest manifest;
    private final LoadedPartition network;
    private final FrameTensors frames = new FrameTensors(MAX_FRAME_SIDE);
    private final ThreadPoolExecutor decoders;
    private final ThreadPoolExecutor server;
    private final Vertx vertx = HttpRuntime.create(Optional.empty());
    private final HttpServer http;

    /**
     * Listens on loopback.
     *
     * @param capacity jobs, the one in service included
     */
    PlainServer(Manifest manifest, LoadedPartition network, int port, int capacity, int decoders)
            throws IOException, InterruptedException {
        this.manifest = manifest;
        this.network = network;
        this.decoders = pool(decoders, new ArrayBlockingQueue<>(DECODING));
        this.server = pool(1, capacity > 1 ? new ArrayBlockingQueue<>(capacity - 1) : new SynchronousQueue<>());
        Router router = Router.router(vertx);
        router.post("/frames")
                .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES))
                .handler(this::take);
        try {
            this.http = vertx.createHttpServer(
                            new HttpServerOptions().setHost("127.0.0.1").setPort(port))
                    .requestHandler(router)
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("cannot listen on port %d: %s".formatted(port, e.getMessage()), e);
        }
    }

    private static ThreadPoolExecutor pool(int threads, BlockingQueue<Runnable> waiting) {
        return new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, waiting);
    }

    int port() {
        return http.actualPort();
    }

    private void take(RoutingContext routing) {
        Context context = vertx.getOrCreateContext();
        Buffer body = routing.body().buffer();
        if (body == null) {
            answer(routing, context, BAD_REQUEST, new JsonObject().put("error", "the body is empty: expected a frame"));
            return;
        }
        byte[] frame = body.getBytes();
        execute(decoders, routing, context, () -> {
            try {
                ByteBuffer tensor = frames.tensor(frame, manifest.preprocessing());
                execute(server, routing, context, () -> run(tensor, routing, context));
            } catch (RefusalException e) {
                answer(routing, context, BAD_REQUEST, new JsonObject().put("error", e.getMessage()));
            }
        });
    }

    private static void execute(ThreadPoolExecutor pool, RoutingContext routing, Context context, Runnable task) {
        try {
            pool.execute(task);
        } catch (RejectedExecutionException e) {
            answer(routing, context, FULL, new JsonObject().put("error", "busy"));
        }
    }

    private void run(ByteBuffer tensor, RoutingContext routing, Context context) {
        Partition partition = network.partition();
        try {
            Inference inference = network.run(tensor);
            int exits = partition.exits().size();
            ExitGate.Decision decision = ExitGate.decide(
                    partition.exits().subList(exits - 1, exits),
                    inference.scores().subList(exits - 1, exits),
                    manifest.scores(),
                    Thresholds.uniform(exits, 0f),
                    exits);
            if (decision instanceof ExitGate.Decision.Leave leave) {
                answer(
                        routing,
                        context,
                        OK,
                        new JsonObject()
                                .put("label", manifest.labels().get(leave.label()))
                                .put("confidence", leave.confidence()));
            } else {
                answer(routing, context, FAILED, new JsonObject().put("error", "no scores that are numbers"));
            }
        } catch (InferenceException e) {
            answer(routing, context, FAILED, new JsonObject().put("error", e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(RoutingContext routing, Context context, int status, JsonObject body) {
        context.runOnContext(nothing -> {
            if (!routing.response().ended() && !routing.response().closed()) {
                var unused = routing.response()
                        .setStatusCode(status)
                        .putHeader("Content-Type", "application/json")
                        .end(body.encode());
            }
        });
    }

    @Override
    public void close() {
        decoders.shutdownNow();
        server.shutdownNow();
        var unused = vertx.close();
    }
}
