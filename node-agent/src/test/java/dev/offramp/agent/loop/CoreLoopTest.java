package dev.offramp.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.TinyNetwork;
import dev.offramp.agent.core.AgentCore;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.core.AgentEvent;
import dev.offramp.agent.core.AgentLimits;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Service;
import dev.offramp.time.NanoClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CoreLoopTest {
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void endTheThread() {
        thread.shutdownNow();
    }

    /** Posters race with the loop that has just found nothing. */
    @Test
    void missesNoEventWhoeverPostsIt() throws Exception {
        EventQueue queue = new EventQueue();
        AgentCore core = new AgentCore(AgentLimits.of(new NodeId("one"), 1, 1, 4, 1 << 20));
        int posters = 4;
        int each = 5000;
        CountDownLatch taken = new CountDownLatch(posters * each);
        queue.post(new AgentEvent.Tick(), taken::countDown);
        try (CoreLoop loop =
                new CoreLoop(core, queue, effect -> {}, NanoClock.system(), Duration.ofSeconds(1000), thread)) {
            loop.start();
            List<Thread> threads = new ArrayList<>();
            for (int poster = 0; poster < posters; poster++) {
                int count = poster == 0 ? each - 1 : each;
                threads.add(Thread.startVirtualThread(() -> {
                    for (int i = 0; i < count; i++) {
                        queue.post(new AgentEvent.Tick(), taken::countDown);
                        Thread.yield();
                    }
                }));
            }
            for (Thread poster : threads) {
                poster.join();
            }
            assertThat(taken.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void postingToALoopWhoseThreadHasEndedIsLateAndNoError() {
        EventQueue queue = new EventQueue();
        AgentCore core = new AgentCore(AgentLimits.of(new NodeId("one"), 1, 1, 4, 1 << 20));
        try (CoreLoop loop =
                new CoreLoop(core, queue, effect -> {}, NanoClock.system(), Duration.ofMillis(10), thread)) {
            loop.start();
            thread.shutdownNow();

            queue.post(new AgentEvent.Tick(), () -> {});

            assertThat(loop.failures()).isZero();
        }
    }

    /** The first effect makes the sink throw; the loop must go on. */
    @Test
    void aFailingEventEndsNothing() throws Exception {
        EventQueue queue = new EventQueue();
        AgentCore core = new AgentCore(AgentLimits.of(new NodeId("one"), 1, 1, 4, 1 << 20));
        CountDownLatch taken = new CountDownLatch(2);
        try (CoreLoop loop = new CoreLoop(
                core,
                queue,
                effect -> {
                    throw new IllegalStateException("adapter " + effect);
                },
                NanoClock.system(),
                Duration.ofMillis(10),
                thread)) {
            loop.start();
            queue.post(new AgentEvent.PlacementActivated(9), taken::countDown);
            queue.post(new AgentEvent.PlacementRetired(9), taken::countDown);

            assertThat(taken.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(queue.snapshot().get(10, TimeUnit.SECONDS).conservationResidual())
                    .isZero();
            assertThat(loop.failures()).isEqualTo(2);
        }
    }

    @Test
    void aFailingEffectDoesNotKeepTheNextOneFromBeingDone() throws Exception {
        EventQueue queue = new EventQueue();
        NodeId one = new NodeId("one");
        NodeId two = new NodeId("two");
        AgentCore core = new AgentCore(AgentLimits.of(one, 1, 1, 4, 1 << 20));
        CountDownLatch prepared = new CountDownLatch(1);
        try (CoreLoop loop = new CoreLoop(
                core,
                queue,
                effect -> {
                    switch (effect) {
                        case AgentEffect.Connect connect -> throw new IllegalStateException("no network");
                        case AgentEffect.CommandDone done -> prepared.countDown();
                        default -> {}
                    }
                },
                NanoClock.system(),
                Duration.ofMillis(10),
                thread)) {
            loop.start();
            Service service = TinyNetwork.service(Overflow.DROP_NEW, Duration.ofSeconds(1), one, two, two);
            queue.post(new AgentEvent.PlacementPrepared(TinyNetwork.placement(1, service, Map.of(two, "there:1"))));

            assertThat(prepared.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(loop.failures()).isEqualTo(1);
        }
    }
}
