package dev.offramp.agent.ingress;

import dev.offramp.proto.access.Door;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Vert.x with as few threads as it goes with: a board has few cores. */
public final class HttpRuntime {
    private static final Logger log = LoggerFactory.getLogger(HttpRuntime.class);

    private HttpRuntime() {}

    /** @param door before its servers; empty where everybody may connect */
    public static Vertx create(Optional<Door> door) {
        VertxBuilder builder = Vertx.builder().with(options());
        door.ifPresent(one -> builder.withTransport(new DoorTransport(one)));
        return builder.build();
    }

    private static VertxOptions options() {
        return new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
    }

    /** Runs {@code task} on the event loop, unless that has ended with all its connections. */
    static void onLoop(Context context, Runnable task) {
        try {
            context.runOnContext(unused -> task.run());
        } catch (RejectedExecutionException e) {
            log.debug("too late for an answer: the agent stops");
        }
    }
}
