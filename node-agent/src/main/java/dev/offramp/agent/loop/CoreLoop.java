package dev.offramp.agent.loop;

import dev.offramp.agent.core.AgentCore;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.core.AgentEvent;
import dev.offramp.agent.core.EffectSink;
import dev.offramp.time.NanoClock;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that runs the core. A failing event is logged and counted; it ends nothing. Thread-safe.
 */
public final class CoreLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CoreLoop.class);
    private static final long CLOSE_MILLIS = 1000;

    private final AgentCore core;
    private final EventQueue queue;
    private final EffectSink effects;
    private final NanoClock clock;
    private final long tickNanos;
    private final AtomicLong failures = new AtomicLong();
    private final Thread thread;
    private volatile boolean running = true;

    public CoreLoop(
            AgentCore core,
            EventQueue queue,
            EffectSink effects,
            NanoClock clock,
            Duration tick,
            ThreadFactory threads) {
        this.core = core;
        this.queue = queue;
        this.effects = effects;
        this.clock = clock;
        this.tickNanos = tick.toNanos();
        this.thread = threads.newThread(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Events and effects that failed: bugs, each of them. */
    public long failures() {
        return failures.get();
    }

    private void run() {
        long nextTick = clock.nanoTime();
        while (running) {
            long now = clock.nanoTime();
            if (now - nextTick >= 0) {
                handle(new AgentEvent.Tick(), () -> {});
                nextTick = now + tickNanos;
            }
            try {
                switch (queue.poll(Math.max(0, nextTick - clock.nanoTime()))) {
                    case null -> {}
                    case EventQueue.Item.Happened happened -> handle(happened.event(), happened.taken());
                    case EventQueue.Item.Asked asked -> answer(asked);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void handle(AgentEvent event, Runnable taken) {
        try {
            core.onEvent(event, clock.nanoTime(), this::execute);
        } catch (RuntimeException | Error e) {
            failures.incrementAndGet();
            log.error("{} failed", event.getClass().getSimpleName(), e);
        }
        try {
            taken.run();
        } catch (RuntimeException | Error e) {
            failures.incrementAndGet();
            log.error("the sender of {} failed", event.getClass().getSimpleName(), e);
        }
    }

    /** An effect that fails must not cut the core off in the middle of an event: its books would be wrong for good. */
    private void execute(AgentEffect effect) {
        try {
            effects.accept(effect);
        } catch (RuntimeException | Error e) {
            failures.incrementAndGet();
            log.error("{} failed", effect.getClass().getSimpleName(), e);
        }
    }

    private void answer(EventQueue.Item.Asked asked) {
        try {
            asked.answer().complete(core.snapshot());
        } catch (RuntimeException | Error e) {
            failures.incrementAndGet();
            asked.answer().completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
