package dev.offramp.agent.loop;

import dev.offramp.agent.core.Activation;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.core.AgentEvent;
import dev.offramp.agent.inference.Inference;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.time.NanoClock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's servers: each runs one inference at a time. The core never starts more than there are, so nothing waits
 * here. Thread-safe.
 */
public final class InferenceServers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(InferenceServers.class);
    private static final long CLOSE_SECONDS = 2;

    private final LoadedHops hops;
    private final Mailbox mailbox;
    private final NanoClock clock;
    private final ThreadPoolExecutor executor;

    public InferenceServers(int servers, LoadedHops hops, Mailbox mailbox, NanoClock clock, ThreadFactory threads) {
        this.hops = hops;
        this.mailbox = mailbox;
        this.clock = clock;
        this.executor =
                new ThreadPoolExecutor(servers, servers, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    }

    void run(AgentEffect.RunInference effect) {
        try {
            executor.execute(() -> mailbox.post(serve(effect)));
        } catch (RejectedExecutionException e) {
            mailbox.post(new AgentEvent.InferenceFailed(effect.run()));
        }
    }

    private AgentEvent serve(AgentEffect.RunInference effect) {
        Optional<PartitionPool> pool = hops.find(effect.hop());
        if (pool.isEmpty()) {
            log.error("no partition is loaded for {}", effect.hop());
            return new AgentEvent.InferenceFailed(effect.run());
        }
        long start = clock.nanoTime();
        try {
            Inference inference = pool.get().run(effect.input().bytes());
            List<float[]> scores = inference.scores();
            return new AgentEvent.InferenceFinished(
                    effect.run(),
                    scores,
                    inference.activation().map(bytes -> new Activation(bytes, inference.handBack())),
                    clock.nanoTime() - start);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new AgentEvent.InferenceFailed(effect.run());
        } catch (InferenceException | RuntimeException | Error e) {
            // Whatever it was: a server that does not answer would be lost to the node.
            log.error("{} failed", effect.hop(), e);
            return new AgentEvent.InferenceFailed(effect.run());
        } finally {
            effect.input().handBack().run();
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        try {
            var unused = executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
