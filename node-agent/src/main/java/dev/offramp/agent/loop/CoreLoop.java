package dev.offramp.agent.loop;

import dev.offramp.agent.core.AgentCore;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.core.AgentEvent;
import dev.offramp.agent.core.EffectSink;
import dev.offramp.time.NanoClock;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the core, on the one thread that its streams' bytes come in and go out by: from a message to the core, and from the
 * core to a message, no other thread has to wake up. A failing event is logged and counted; it ends nothing. Thread-safe.
 */
public final class CoreLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CoreLoop.class);

    /** Handled before the thread's other work has its turn. */
    private static final int BATCH = 64;

    private final AgentCore core;
    private final EventQueue queue;
    private final EffectSink effects;
    private final NanoClock clock;
    private final Duration tick;
    private final ScheduledExecutorService thread;
    private final AtomicLong failures = new AtomicLong();
    /** Somebody has asked the thread to come and see. */
    private final AtomicBoolean asked = new AtomicBoolean();

    private @Nullable ScheduledFuture<?> ticks;
    private volatile boolean running;

    /** @param thread one, which may have other work that does not block: not this loop's to end */
    public CoreLoop(
            AgentCore core,
            EventQueue queue,
            EffectSink effects,
            NanoClock clock,
            Duration tick,
            ScheduledExecutorService thread) {
        this.core = core;
        this.queue = queue;
        this.effects = effects;
        this.clock = clock;
        this.tick = tick;
        this.thread = thread;
    }

    /** Begins with what has been posted before. Once. */
    public synchronized void start() {
        running = true;
        ticks = thread.scheduleAtFixedRate(
                () -> handle(new AgentEvent.Tick(), () -> {}), 0, tick.toNanos(), TimeUnit.NANOSECONDS);
        queue.attach(this::ask);
    }

    /** Events and effects that failed: bugs, each of them. */
    public long failures() {
        return failures.get();
    }

    private void ask() {
        if (running && asked.compareAndSet(false, true)) {
            try {
                thread.execute(this::work);
            } catch (RejectedExecutionException e) {
                // The process stops: whoever posts now is as late as its event.
                running = false;
            }
        }
    }

    private void work() {
        asked.set(false);
        for (int i = 0; i < BATCH && running; i++) {
            switch (queue.poll()) {
                case null -> {
                    return;
                }
                case EventQueue.Item.Happened happened -> handle(happened.event(), happened.taken());
                case EventQueue.Item.Asked asked -> answer(asked);
            }
        }
        ask();
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

    /** Handles nothing more; what is being handled at this moment is still done. */
    @Override
    public synchronized void close() {
        running = false;
        if (ticks != null) {
            ticks.cancel(false);
        }
    }
}
