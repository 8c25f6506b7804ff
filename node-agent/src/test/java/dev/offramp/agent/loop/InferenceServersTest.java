package dev.offramp.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.TinyNetwork;
import dev.offramp.agent.core.Activation;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.core.AgentEvent;
import dev.offramp.agent.core.HopKey;
import dev.offramp.agent.inference.Inference;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.partition.Partition;
import dev.offramp.time.NanoClock;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever happens on a server, the core hears of its run. */
class InferenceServersTest {
    private static final HopKey HOP = new HopKey(1, TinyNetwork.CHAIN, 0);

    private final BlockingQueue<AgentEvent> events = new LinkedBlockingQueue<>();
    private final LoadedHops hops = new LoadedHops();
    private final InferenceServers servers = new InferenceServers(1, hops, mailbox(), NanoClock.system(), Thread::new);

    private Mailbox mailbox() {
        return new Mailbox() {
            @Override
            public void post(AgentEvent event) {
                events.add(event);
            }

            @Override
            public void post(AgentEvent event, Runnable taken) {
                events.add(event);
            }
        };
    }

    @AfterEach
    void stop() {
        servers.close();
    }

    private AgentEvent run(long run) throws InterruptedException {
        servers.run(new AgentEffect.RunInference(run, HOP, new Activation(ByteBuffer.allocate(4))));
        return events.poll(10, TimeUnit.SECONDS);
    }

    /** Stands in for a partition; {@code output} may throw. */
    private record Scripted(Supplier<Inference> output) implements LoadedPartition {
        @Override
        public Partition partition() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Inference run(ByteBuffer input) {
            return output.get();
        }

        @Override
        public void close() {}
    }

    private static final Inference SCORES = new Inference(List.of(new float[] {1, 2}), Optional.empty());

    @Test
    void anErrorOfTheRuntimeFailsItsRunAndNoOther() throws Exception {
        hops.put(HOP, new PartitionPool(List.of(new Scripted(() -> {
            throw new NoClassDefFoundError("ai/onnxruntime/Late");
        }))));
        assertThat(run(1)).isInstanceOf(AgentEvent.InferenceFailed.class);

        hops.put(HOP, new PartitionPool(List.of(new Scripted(() -> SCORES))));
        assertThat(run(2)).isInstanceOf(AgentEvent.InferenceFinished.class);
    }

    @Test
    void theInputIsHandedBackAfterTheRunHoweverItEnds() throws Exception {
        AtomicInteger handedBack = new AtomicInteger();
        Activation input = new Activation(ByteBuffer.allocate(4), handedBack::incrementAndGet);
        hops.put(HOP, new PartitionPool(List.of(new Scripted(() -> {
            assertThat(handedBack).hasValue(0);
            return SCORES;
        }))));
        servers.run(new AgentEffect.RunInference(1, HOP, input));
        assertThat(events.poll(10, TimeUnit.SECONDS)).isInstanceOf(AgentEvent.InferenceFinished.class);
        assertThat(handedBack).hasValue(1);

        hops.put(HOP, new PartitionPool(List.of(new Scripted(() -> {
            throw new IllegalStateException("as a test");
        }))));
        servers.run(new AgentEffect.RunInference(2, HOP, input));
        assertThat(events.poll(10, TimeUnit.SECONDS)).isInstanceOf(AgentEvent.InferenceFailed.class);
        assertThat(handedBack).hasValue(2);
    }

    @Test
    void aPartitionReleasedUnderARunFailsItInsteadOfHoldingTheServer() throws Exception {
        PartitionPool pool = new PartitionPool(List.of(new Scripted(() -> SCORES)));
        hops.put(HOP, pool);
        pool.close();
        assertThat(run(1)).isInstanceOf(AgentEvent.InferenceFailed.class);

        hops.put(HOP, new PartitionPool(List.of(new Scripted(() -> SCORES))));
        assertThat(run(2)).isInstanceOf(AgentEvent.InferenceFinished.class);
    }

    @Test
    void aRunThatComesAfterTheStopFails() throws Exception {
        servers.close();

        assertThat(run(1)).isInstanceOf(AgentEvent.InferenceFailed.class);
    }

    /** Neither a stop nor the next placement waits for a slow board's inference. */
    @Test
    void aPartitionReleasedWhileItRunsIsClosedAfterItsRun() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        PartitionPool pool = new PartitionPool(List.of(new LoadedPartition() {
            @Override
            public Partition partition() {
                throw new UnsupportedOperationException();
            }

            @Override
            public Inference run(ByteBuffer input) throws InterruptedException {
                running.countDown();
                goOn.await();
                return SCORES;
            }

            @Override
            public void close() {
                released.countDown();
            }
        }));
        hops.put(HOP, pool);
        servers.run(new AgentEffect.RunInference(1, HOP, new Activation(ByteBuffer.allocate(4))));
        assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();

        pool.close();
        assertThat(released.getCount()).isEqualTo(1);
        goOn.countDown();

        assertThat(events.poll(10, TimeUnit.SECONDS)).isInstanceOf(AgentEvent.InferenceFinished.class);
        assertThat(released.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
