package dev.offramp.agent;

import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.loop.Effects;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets the shutdown wait until no job is left. Thread-safe. */
final class DrainGate {
    private final CountDownLatch drained = new CountDownLatch(1);

    /** Listens to the core's answers on their way to {@code control}. */
    Effects.Control around(Effects.Control control) {
        return new Effects.Control() {
            @Override
            public void done(AgentEffect.CommandDone effect) {
                control.done(effect);
            }

            @Override
            public void epochDrained(AgentEffect.EpochDrained effect) {
                control.epochDrained(effect);
            }

            @Override
            public void drained() {
                drained.countDown();
                control.drained();
            }
        };
    }

    /** Whether it happened within {@code patience}. */
    boolean await(Duration patience) {
        try {
            return drained.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
