package dev.offramp.agent.forward.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.agent.core.Activation;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.core.AgentEvent;
import dev.offramp.agent.core.Job;
import dev.offramp.agent.forward.BackOff;
import dev.offramp.agent.forward.LinkCounters;
import dev.offramp.agent.loop.Mailbox;
import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.CodecChoice;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import dev.offramp.partition.job.Verdict;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.proto.v1.DataPlaneGrpc;
import dev.offramp.proto.v1.Downstream;
import dev.offramp.proto.v1.Hello;
import dev.offramp.proto.v1.Transfer;
import dev.offramp.proto.v1.Upstream;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Scheduler;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sending end of a stream, against a real receiving end. */
@SuppressWarnings("NullAway.Init")
class NeighbourLinkTest {
    private static final NodeId HERE = new NodeId("here");
    private static final List<Verdict> PASSED = List.of(new Verdict(7, 0.25f));
    private static final NodeId THERE = new NodeId("there");
    private static final int MAX_BYTES = 4 << 20;
    private static final int PIECE_BYTES = 128 << 10;

    /** Remembers what was posted; messages count as taken when the test says so. */
    private static final class Recorder implements Mailbox {
        private final BlockingQueue<AgentEvent> events = new LinkedBlockingQueue<>();
        private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
        private volatile boolean takes = true;

        @Override
        public void post(AgentEvent event) {
            post(event, () -> {});
        }

        @Override
        public void post(AgentEvent event, Runnable taken) {
            boolean goesOn = takes;
            if (!goesOn) {
                waiting.add(taken);
            }
            events.add(event);
            if (goesOn) {
                taken.run();
            }
        }

        <T extends AgentEvent> T next(Class<T> type) throws InterruptedException {
            AgentEvent event = events.poll(10, TimeUnit.SECONDS);
            assertThat(event).isInstanceOf(type);
            return type.cast(event);
        }
    }

    private final Recorder here = new Recorder();
    private final Recorder there = new Recorder();
    private final LinkCounters counters = new LinkCounters();
    private final Transcoder transcoder = new Transcoder(NanoClock.system(), Thread::new, Thread::new);
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private volatile Executor nextTurn = Runnable::run;
    private DataPlaneService service;
    private Server server;
    private NeighbourLink link;

    @BeforeEach
    void connect() throws Exception {
        server = serve(0, THERE);
        Hello hello = Hello.newBuilder().setNode(HERE.value()).setIncarnation(1).build();
        link = new NeighbourLink(
                THERE,
                NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                        .usePlaintext()
                        .directExecutor()
                        .build(),
                new BackOff(Duration.ofMillis(10), Duration.ofMillis(100), new SplittableRandom(1)),
                new NeighbourLink.Context(
                        HERE,
                        () -> hello,
                        transcoder,
                        false,
                        MAX_BYTES,
                        PIECE_BYTES,
                        here,
                        NanoClock.system(),
                        Scheduler.on(timers),
                        task -> nextTurn.execute(task),
                        counters));
        link.open();
    }

    private Server serve(int port, NodeId node) throws IOException {
        service = new DataPlaneService(node, 2, MAX_BYTES, transcoder, there, NanoClock.system(), counters);
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .directExecutor()
                .maxInboundMessageSize(2 * MAX_BYTES)
                .addService(service)
                .build()
                .start();
    }

    @AfterEach
    void disconnect() {
        link.close();
        server.shutdownNow();
        transcoder.close();
        timers.shutdownNow();
    }

    private static AgentEffect.SendTransfer transfer(long sequence, int bytes) {
        Job job = new Job(
                new JobId(HERE, 1, sequence),
                new ChainId(new ServiceId("tiny"), "a"),
                1,
                1,
                1,
                Thresholds.of(0.5f),
                0,
                System.nanoTime() + 1_000_000_000L,
                bytes,
                Timings.ZERO,
                PASSED);
        TensorSpec tensor = new TensorSpec("edge", ElementType.UINT8, List.of(-1L, (long) bytes));
        return new AgentEffect.SendTransfer(
                THERE,
                job,
                new Activation(ByteBuffer.allocate(bytes)),
                new AgentEffect.Carriage(tensor, CodecChoice.EXACT, 0));
    }

    @Test
    void handsTransfersOverAndHearsOfTheirOutcome() throws Exception {
        here.next(AgentEvent.PeerUp.class);
        link.send(transfer(1, 1000));

        assertThat(here.next(AgentEvent.TransferSent.class).job().sequence()).isEqualTo(1);
        AgentEvent.JobTransferred arrived = there.next(AgentEvent.JobTransferred.class);
        assertThat(arrived.job().passed()).isEqualTo(PASSED);
        assertThat(arrived.job().deadlineNanos() - System.nanoTime()).isBetween(500_000_000L, 1_000_000_000L);

        service.send(new AgentEffect.SendGrant(arrived.from(), arrived.job().id()));
        service.send(new AgentEffect.SendOutcome(
                arrived.from(), arrived.job().id(), new Outcome.Completed(1, 2, 0.9f), Timings.ZERO));
        here.next(AgentEvent.Granted.class);
        assertThat(here.next(AgentEvent.OutcomeArrived.class).outcome()).isEqualTo(new Outcome.Completed(1, 2, 0.9f));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 5 * PIECE_BYTES, MAX_BYTES})
    void cutsActivationsAndTheNeighbourHasThemWhole(int bytes) throws Exception {
        here.next(AgentEvent.PeerUp.class);
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        AgentEffect.SendTransfer transfer = transfer(1, bytes);
        link.send(new AgentEffect.SendTransfer(
                THERE, transfer.job(), new Activation(ByteBuffer.wrap(content)), transfer.carriage()));
        link.send(transfer(2, 10));

        assertThat(there.next(AgentEvent.JobTransferred.class).activation().bytes())
                .isEqualTo(ByteBuffer.wrap(content));
        assertThat(there.next(AgentEvent.JobTransferred.class).activation().size())
                .isEqualTo(10);
        assertThat(here.next(AgentEvent.TransferSent.class).job().sequence()).isEqualTo(1);
        assertThat(here.next(AgentEvent.TransferSent.class).job().sequence()).isEqualTo(2);
    }

    @Test
    void measuresTheWayWithATransfer() throws Exception {
        here.next(AgentEvent.PeerUp.class);
        assertThat(link.state().speed()).isEmpty();
        link.send(transfer(1, 1_000_000));
        there.next(AgentEvent.JobTransferred.class);

        for (int i = 0; i < 1000 && link.state().speed().isEmpty(); i++) {
            Thread.sleep(10);
        }
        assertThat(link.state().speed()).hasValueSatisfying(speed -> {
            assertThat(speed.roundTripNanos()).isBetween(1L, 10_000_000_000L);
            assertThat(speed.bytesPerSecond()).isBetween(1e5, 1e12);
        });
    }

    @Test
    void aTransferWaitsUntilTheMarkBeforeItIsWritten() throws Exception {
        BlockingQueue<Runnable> turns = new LinkedBlockingQueue<>();
        nextTurn = turns::add;
        here.next(AgentEvent.PeerUp.class);
        link.send(transfer(1, 1000));
        link.send(transfer(2, 1000));
        Runnable turn = turns.poll(10, TimeUnit.SECONDS);
        assertThat(there.events.poll(100, TimeUnit.MILLISECONDS)).isNull();

        turn.run();

        assertThat(there.next(AgentEvent.JobTransferred.class).job().id().sequence())
                .isEqualTo(1);
        assertThat(there.next(AgentEvent.JobTransferred.class).job().id().sequence())
                .isEqualTo(2);
    }

    private static AgentEffect.SendTransfer transfer(long sequence, CodecChoice codecs, float... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        TensorSpec tensor = new TensorSpec("edge", ElementType.FLOAT32, List.of(-1L, (long) numbers.length));
        return new AgentEffect.SendTransfer(
                THERE,
                transfer(sequence, bytes.remaining()).job(),
                new Activation(bytes),
                new AgentEffect.Carriage(tensor, codecs, 1_000_000));
    }

    private static float[] numbers(int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = i % 100;
        }
        return numbers;
    }

    @Test
    void encodesAsTheServiceSaysAndKeepsTheOrder() throws Exception {
        here.next(AgentEvent.PeerUp.class);
        float[] numbers = numbers(20_000);
        CodecChoice int8 = CodecChoice.pinned(ActivationCodec.INT8_CHANNEL_ZSTD);
        for (int sequence = 1; sequence <= 9; sequence += 3) {
            link.send(transfer(sequence, int8, numbers));
            link.send(transfer(sequence + 1, CodecChoice.pinned(ActivationCodec.FP32), numbers));
            link.send(transfer(sequence + 2, 100));
        }

        for (int sequence = 1; sequence <= 9; sequence++) {
            AgentEvent.JobTransferred arrived = there.next(AgentEvent.JobTransferred.class);
            assertThat(arrived.job().id().sequence()).isEqualTo(sequence);
            if (sequence % 3 != 0) {
                FloatBuffer found = arrived.activation()
                        .bytes()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
                float error = sequence % 3 == 1 ? 99 / 255f / 2 + 1e-3f : 0;
                for (int i = 0; i < numbers.length; i++) {
                    assertThat(found.get(i)).isCloseTo(numbers[i], within(error));
                }
            }
        }
        var carried = link.state().edges().getFirst().carried();
        assertThat(carried.get(ActivationCodec.INT8_CHANNEL_ZSTD)).satisfies(int8s -> {
            assertThat(int8s.transfers()).isEqualTo(3);
            assertThat(int8s.activationBytes()).isEqualTo(3 * 80_000);
            assertThat(int8s.wireBytes()).isBetween(1L, 3 * 20_009L);
        });
        assertThat(carried.get(ActivationCodec.FP32).transfers()).isEqualTo(6);
    }

    /** One that knows nothing of codecs, as those before them. */
    @Test
    void sendsActivationsAsTheyAreToANeighbourThatDecodesNothing() throws Exception {
        here.next(AgentEvent.PeerUp.class);
        int port = server.getPort();
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        BlockingQueue<Transfer> arrived = new LinkedBlockingQueue<>();
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .addService(new OldNeighbour(arrived))
                .build()
                .start();
        AgentEvent event = here.next(AgentEvent.class);
        while (!(event instanceof AgentEvent.PeerUp)) {
            event = here.next(AgentEvent.class);
        }

        link.send(transfer(1, CodecChoice.pinned(ActivationCodec.INT8_TENSOR), 1, 2, 3, 4));

        Transfer found = arrived.poll(10, TimeUnit.SECONDS);
        assertThat(found).isNotNull();
        assertThat(found.getCodecValue()).isZero();
        assertThat(found.getActivation().size()).isEqualTo(16);
    }

    private static final class OldNeighbour extends DataPlaneGrpc.DataPlaneImplBase {
        private final BlockingQueue<Transfer> arrived;

        OldNeighbour(BlockingQueue<Transfer> arrived) {
            this.arrived = arrived;
        }

        @Override
        public StreamObserver<Downstream> jobs(StreamObserver<Upstream> responses) {
            return new StreamObserver<>() {
                @Override
                public void onNext(Downstream message) {
                    if (message.hasHello()) {
                        responses.onNext(Upstream.newBuilder()
                                .setHello(Hello.newBuilder().setNode(THERE.value()))
                                .build());
                    } else if (message.hasTransfer()) {
                        arrived.add(message.getTransfer());
                    }
                }

                @Override
                public void onError(Throwable t) {
                    // It ends with the test.
                }

                @Override
                public void onCompleted() {
                    responses.onCompleted();
                }
            };
        }
    }

    @Test
    void losesTooLargeAnActivationWithoutEndingTheStream() throws Exception {
        here.next(AgentEvent.PeerUp.class);
        link.send(transfer(1, MAX_BYTES + 1));
        link.send(transfer(2, 10));

        here.next(AgentEvent.TransferSent.class);
        assertThat(here.next(AgentEvent.OutcomeArrived.class).outcome())
                .isEqualTo(new Outcome.Lost(LossReason.OVERSIZE, HERE));
        assertThat(here.next(AgentEvent.TransferSent.class).job().sequence()).isEqualTo(2);
    }

    @Test
    void holdsTransfersBackWhileTheNeighbourTakesNone() throws Exception {
        here.next(AgentEvent.PeerUp.class);
        there.takes = false;
        for (int sequence = 1; sequence <= 12; sequence++) {
            link.send(transfer(sequence, MAX_BYTES));
        }
        there.next(AgentEvent.JobTransferred.class);
        int sent = 0;
        while (here.events.poll(500, TimeUnit.MILLISECONDS) != null) {
            sent++;
        }
        assertThat(sent).isLessThan(12);

        there.takes = true;
        there.waiting.take().run();
        for (int sequence = 2; sequence <= 12; sequence++) {
            assertThat(there.next(AgentEvent.JobTransferred.class).job().id().sequence())
                    .isEqualTo(sequence);
        }
    }

    @Test
    void tellsANodeThatDiedAndComesBackWithIt() throws Exception {
        here.next(AgentEvent.PeerUp.class);
        int port = server.getPort();

        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);

        assertThat(here.next(AgentEvent.PeerDown.class).reason()).isEqualTo(LossReason.NODE_LOST);
        server = serve(port, THERE);
        AgentEvent event = here.next(AgentEvent.class);
        while (event instanceof AgentEvent.PeerDown) {
            event = here.next(AgentEvent.class);
        }
        assertThat(event).isInstanceOf(AgentEvent.PeerUp.class);
        assertThat(counters.reconnects()).isPositive();
    }

    @Test
    void doesNotTakeAnotherNodeForItsNeighbour() throws Exception {
        here.next(AgentEvent.PeerUp.class);
        int port = server.getPort();
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);

        server = serve(port, new NodeId("stranger"));

        for (int downs = 0; downs < 5; downs++) {
            here.next(AgentEvent.PeerDown.class);
        }
        assertThat(counters.malformed()).isPositive();
    }

    /** So that the news of a stream opened afterwards, to another address, cannot overtake it. */
    @Test
    void saysAtOnceThatAClosedLinkIsDownAndNothingAfterThat() throws Exception {
        here.next(AgentEvent.PeerUp.class);
        link.send(transfer(1, 1000));
        here.next(AgentEvent.TransferSent.class);
        AgentEvent.JobTransferred arrived = there.next(AgentEvent.JobTransferred.class);

        link.close();
        assertThat(here.events.poll()).isInstanceOf(AgentEvent.PeerDown.class);

        service.send(new AgentEffect.SendGrant(arrived.from(), arrived.job().id()));
        there.next(AgentEvent.UpstreamDown.class);
        assertThat(here.events).isEmpty();
    }

    @Test
    void forgetsOffersTakenBackWhileTheNeighbourReadsNothing() throws Exception {
        here.next(AgentEvent.PeerUp.class);
        there.takes = false;
        // These fill the windows, so that what follows waits.
        for (int sequence = 1; sequence <= 12; sequence++) {
            link.send(transfer(sequence, MAX_BYTES));
        }
        there.next(AgentEvent.JobTransferred.class);
        for (int sequence = 101; sequence <= 200; sequence++) {
            Job job = transfer(sequence, 10).job();
            link.send(new AgentEffect.SendOffer(THERE, job));
            link.send(new AgentEffect.SendWithdraw(THERE, job.id()));
        }
        link.send(new AgentEffect.SendOffer(THERE, transfer(201, 10).job()));

        there.takes = true;
        there.waiting.take().run();
        for (int sequence = 2; sequence <= 12; sequence++) {
            there.next(AgentEvent.JobTransferred.class);
        }
        assertThat(there.next(AgentEvent.JobOffered.class).job().id().sequence())
                .isEqualTo(201);
    }
}
