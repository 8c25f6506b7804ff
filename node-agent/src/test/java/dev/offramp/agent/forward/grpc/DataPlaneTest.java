package dev.offramp.agent.forward.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.offramp.agent.codec.ActivationEncoder;
import dev.offramp.agent.codec.Encoded;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.core.AgentEvent;
import dev.offramp.agent.forward.LinkCounters;
import dev.offramp.agent.loop.Mailbox;
import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import dev.offramp.partition.job.Verdict;
import dev.offramp.proto.Enums;
import dev.offramp.proto.v1.DataPlaneGrpc;
import dev.offramp.proto.v1.Decoded;
import dev.offramp.proto.v1.Downstream;
import dev.offramp.proto.v1.Hello;
import dev.offramp.proto.v1.Job;
import dev.offramp.proto.v1.JobId;
import dev.offramp.proto.v1.LossReason;
import dev.offramp.proto.v1.Mark;
import dev.offramp.proto.v1.Piece;
import dev.offramp.proto.v1.Transfer;
import dev.offramp.proto.v1.Upstream;
import dev.offramp.proto.v1.Withdraw;
import dev.offramp.time.NanoClock;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What neighbours may say, and what they may not. */
@SuppressWarnings("NullAway.Init")
class DataPlaneTest {
    private static final int MAX_ACTIVATION_BYTES = 3 << 20;

    private record Posted(AgentEvent event, Runnable taken) {}

    private final BlockingQueue<Posted> posted = new LinkedBlockingQueue<>();
    private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
    private final LinkCounters counters = new LinkCounters();
    private final Transcoder transcoder = new Transcoder(NanoClock.system(), Thread::new, Thread::new);
    private final AtomicLong now = new AtomicLong(1_000);
    private DataPlaneService service;
    private Server server;
    private ManagedChannel channel;
    private StreamObserver<Downstream> stream;

    @BeforeEach
    void connect() throws Exception {
        Mailbox mailbox = new Mailbox() {
            @Override
            public void post(AgentEvent event) {
                post(event, () -> {});
            }

            @Override
            public void post(AgentEvent event, Runnable taken) {
                posted.add(new Posted(event, taken));
            }
        };
        service = new DataPlaneService(
                new NodeId("here"), 1, MAX_ACTIVATION_BYTES, transcoder, mailbox, now::get, counters);
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .addService(service)
                .addStreamTracerFactory(new RefusedStreams(counters))
                .maxInboundMessageSize(1 << 20)
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
        stream = open();
    }

    private StreamObserver<Downstream> open() {
        return DataPlaneGrpc.newStub(channel).jobs(new StreamObserver<>() {
            @Override
            public void onNext(Upstream message) {
                answers.add(message);
            }

            @Override
            public void onError(Throwable t) {
                answers.add(Status.fromThrowable(t));
            }

            @Override
            public void onCompleted() {
                answers.add("completed");
            }
        });
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
        server.shutdownNow();
        transcoder.close();
    }

    private <T> T next(BlockingQueue<?> queue, Class<T> type) throws InterruptedException {
        Object found = queue.poll(10, TimeUnit.SECONDS);
        assertThat(found).isInstanceOf(type);
        return type.cast(found);
    }

    private void hello() throws InterruptedException {
        stream.onNext(Downstream.newBuilder()
                .setHello(Hello.newBuilder().setNode("there").setIncarnation(3))
                .build());
        assertThat(next(answers, Upstream.class).getHello().getNode()).isEqualTo("here");
    }

    private static Job.Builder job(long sequence) {
        return Job.newBuilder()
                .setId(JobId.newBuilder().setIngress("there").setIncarnation(3).setSequence(sequence))
                .setService("tiny")
                .setChain("a")
                .setEpoch(1)
                .setPolicyVersion(1)
                .setHop(1)
                .addThresholds(0.5f)
                .setRemainingNanos(500)
                .setActivationBytes(4);
    }

    private static Downstream transfer(Job.Builder job, int bytes) {
        return Downstream.newBuilder()
                .setTransfer(Transfer.newBuilder().setJob(job).setActivation(ByteString.copyFrom(new byte[bytes])))
                .build();
    }

    @Test
    void givesJobsToTheCoreWithADeadlineOnItsOwnClock() throws Exception {
        hello();
        stream.onNext(transfer(job(1), 4));

        AgentEvent.JobTransferred event =
                (AgentEvent.JobTransferred) next(posted, Posted.class).event();
        assertThat(event.from().peer()).isEqualTo(new NodeId("there"));
        assertThat(event.job().deadlineNanos()).isEqualTo(1_500);
        assertThat(event.activation().size()).isEqualTo(4);
    }

    @Test
    void aSlowTransferGivesAJobNoMoreTime() throws Exception {
        hello();
        stream.onNext(begin(1, 10, 4));
        stream.onNext(
                Downstream.newBuilder().setMark(Mark.newBuilder().setNumber(77)).build());
        assertThat(next(answers, Upstream.class).getMark().getNumber()).isEqualTo(77);
        now.addAndGet(300);
        stream.onNext(piece(4, 6));

        AgentEvent.JobTransferred event =
                (AgentEvent.JobTransferred) next(posted, Posted.class).event();
        assertThat(event.job().deadlineNanos())
                .as("500 from when it began to come")
                .isEqualTo(1_500);
    }

    @Test
    void takesADeadlineLongPastForOneThatIsNow() throws Exception {
        hello();
        stream.onNext(transfer(job(1).setRemainingNanos(Long.MIN_VALUE), 4));

        AgentEvent.JobTransferred event =
                (AgentEvent.JobTransferred) next(posted, Posted.class).event();
        assertThat(event.job().deadlineNanos()).isEqualTo(1_000);
    }

    @Test
    void asksForTheNextMessageOnlyWhenTheCoreHasTakenTheLast() throws Exception {
        hello();
        stream.onNext(transfer(job(1), 4));
        stream.onNext(transfer(job(2), 4));
        stream.onNext(transfer(job(3), 4));

        Posted first = next(posted, Posted.class);
        assertThat(posted.poll(100, TimeUnit.MILLISECONDS)).isNull();
        first.taken().run();
        assertThat(next(posted, Posted.class).event()).isInstanceOf(AgentEvent.JobTransferred.class);
        assertThat(posted.poll(100, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void sendsOutcomesBackTheWayTheJobCame() throws Exception {
        hello();
        stream.onNext(transfer(job(1), 4));
        AgentEvent.JobTransferred event =
                (AgentEvent.JobTransferred) next(posted, Posted.class).event();

        service.send(new AgentEffect.SendOutcome(
                event.from(),
                event.job().id(),
                new Outcome.Completed(2, 1, 0.75f, List.of(new Verdict(3, 0.25f))),
                new Timings(5, 6, 0)));

        Upstream answer = next(answers, Upstream.class);
        assertThat(answer.getOutcome().getCompleted().getExit()).isEqualTo(2);
        assertThat(answer.getOutcome().getCompleted().getPassed(0).getLabel()).isEqualTo(3);
        assertThat(answer.getOutcome().getTimings().getComputeNanos()).isEqualTo(6);
    }

    @Test
    void losesAJobItCannotUnderstandAndKeepsTheStream() throws Exception {
        hello();
        stream.onNext(transfer(job(1), 5));
        stream.onNext(transfer(job(2).setChain("NOT A NAME"), 4));
        stream.onNext(transfer(job(3).clearThresholds().addThresholds(Float.NaN), 4));
        stream.onNext(transfer(job(4), 4));

        for (int sequence = 1; sequence <= 3; sequence++) {
            Upstream answer = next(answers, Upstream.class);
            assertThat(answer.getOutcome().getJob().getSequence()).isEqualTo(sequence);
            assertThat(answer.getOutcome().getLost().getReason()).isEqualTo(LossReason.MODEL_MISMATCH);
        }
        assertThat(next(posted, Posted.class).event()).isInstanceOf(AgentEvent.JobTransferred.class);
        assertThat(counters.malformed()).isEqualTo(3);
    }

    private static final TensorSpec TENSOR = new TensorSpec("edge", ElementType.FLOAT32, List.of(-1L, 4L, 25L));
    private static final int TENSOR_BYTES = 400;

    private static Downstream encoded(long sequence, int codec, ByteBuffer bytes) {
        return Downstream.newBuilder()
                .setTransfer(Transfer.newBuilder()
                        .setJob(job(sequence).setActivationBytes(TENSOR_BYTES))
                        .setCodecValue(codec)
                        .setActivation(ByteString.copyFrom(bytes)))
                .build();
    }

    private static ByteBuffer numbers() {
        ByteBuffer numbers = ByteBuffer.allocate(TENSOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < TENSOR_BYTES; i += Float.BYTES) {
            numbers.putFloat(i, i / 100f);
        }
        return numbers;
    }

    @ParameterizedTest
    @EnumSource(ActivationCodec.class)
    void givesTheCoreActivationsAsTheyWereBeforeTheyWereEncoded(ActivationCodec codec) throws Exception {
        hello();
        try (ActivationEncoder encoder = new ActivationEncoder()) {
            Encoded one = encoder.encode(numbers(), TENSOR, codec);
            stream.onNext(encoded(1, Enums.write(one.codec()).getNumber(), one.bytes()));
        }

        AgentEvent.JobTransferred event =
                (AgentEvent.JobTransferred) next(posted, Posted.class).event();
        FloatBuffer found =
                event.activation().bytes().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        assertThat(found.remaining()).isEqualTo(TENSOR_BYTES / Float.BYTES);
        for (int i = 0; i < found.remaining(); i++) {
            assertThat(found.get(i)).isCloseTo(i / 25f, within(0.01f));
        }
    }

    @Test
    void tellsNowAndThenHowLongDecodingTakes() throws Exception {
        hello();
        try (ActivationEncoder encoder = new ActivationEncoder()) {
            Encoded one = encoder.encode(numbers(), TENSOR, ActivationCodec.FP16);
            for (int sequence = 1; sequence <= 3; sequence++) {
                stream.onNext(encoded(
                        sequence,
                        dev.offramp.proto.v1.ActivationCodec.FP16_VALUE,
                        one.bytes().duplicate()));
                next(posted, Posted.class).taken().run();
            }
        }

        Decoded decoded = next(answers, Upstream.class).getDecoded();
        assertThat(decoded.getChain()).isEqualTo("a");
        assertThat(decoded.getHop()).isEqualTo(1);
        assertThat(decoded.getCodec()).isEqualTo(dev.offramp.proto.v1.ActivationCodec.FP16);
        // The clock stands still.
        assertThat(answers).isEmpty();
    }

    @Test
    void losesAJobInAnUnknownCodecOrABrokenOneAndKeepsTheStream() throws Exception {
        hello();
        stream.onNext(encoded(1, 77, ByteBuffer.allocate(100)));
        stream.onNext(encoded(2, dev.offramp.proto.v1.ActivationCodec.FP16_VALUE, ByteBuffer.allocate(100)));
        stream.onNext(
                encoded(3, dev.offramp.proto.v1.ActivationCodec.INT8_CHANNEL_ZSTD_VALUE, ByteBuffer.allocate(100)));
        stream.onNext(transfer(job(4), 4));

        for (int sequence = 1; sequence <= 3; sequence++) {
            Upstream answer = next(answers, Upstream.class);
            assertThat(answer.getOutcome().getJob().getSequence()).isEqualTo(sequence);
            assertThat(answer.getOutcome().getLost().getReason()).isEqualTo(LossReason.DECODE);
        }
        assertThat(next(posted, Posted.class).event()).isInstanceOf(AgentEvent.JobTransferred.class);
        assertThat(counters.undecoded()).isEqualTo(3);
    }

    @Test
    void losesAJobThatWouldBecomeTooLarge() throws Exception {
        hello();
        for (long bytes : new long[] {MAX_ACTIVATION_BYTES + 4L, Long.MAX_VALUE, -4}) {
            stream.onNext(Downstream.newBuilder()
                    .setTransfer(Transfer.newBuilder()
                            .setJob(job(1).setActivationBytes(bytes))
                            .setCodec(dev.offramp.proto.v1.ActivationCodec.INT8_TENSOR_ZSTD)
                            .setActivation(ByteString.copyFrom(new byte[20])))
                    .build());
            assertThat(next(answers, Upstream.class).getOutcome().getLost().getReason())
                    .isEqualTo(LossReason.OVERSIZE);
        }
    }

    @Test
    void saysWhatItCanDecode() throws Exception {
        stream.onNext(Downstream.newBuilder()
                .setHello(Hello.newBuilder().setNode("there").setIncarnation(3))
                .build());

        assertThat(CodecList.known(next(answers, Upstream.class).getHello().getDecodesList()))
                .isEqualTo(ActivationEncoder.supported());
    }

    /** A neighbour of another make may cut as it likes. */
    private static Downstream begin(long sequence, long totalBytes, int bytes) {
        return Downstream.newBuilder()
                .setTransfer(Transfer.newBuilder()
                        .setJob(job(sequence).setActivationBytes(totalBytes))
                        .setTotalBytes(totalBytes)
                        .setMark(sequence)
                        .setActivation(content(0, bytes)))
                .build();
    }

    private static Downstream piece(int from, int bytes) {
        return Downstream.newBuilder()
                .setPiece(Piece.newBuilder().setActivation(content(from, bytes)))
                .build();
    }

    /** Bytes that tell where in the activation they belong. */
    private static ByteString content(int from, int bytes) {
        byte[] content = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            content[i] = (byte) (31 * (from + i) >> 3);
        }
        return ByteString.copyFrom(content);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1000, 16_384, 262_143, 262_144, 262_145, 700_000, MAX_ACTIVATION_BYTES})
    void putsPiecesTogetherWhateverTheirSizes(int totalBytes) throws Exception {
        hello();
        int pieceBytes = Math.min(totalBytes, 1 + totalBytes / 4);
        stream.onNext(begin(1, totalBytes, pieceBytes));
        for (int from = pieceBytes; from < totalBytes; from += pieceBytes) {
            stream.onNext(piece(from, Math.min(pieceBytes, totalBytes - from)));
        }

        AgentEvent.JobTransferred event =
                (AgentEvent.JobTransferred) next(posted, Posted.class).event();
        assertThat(ByteString.copyFrom(event.activation().bytes())).isEqualTo(content(0, totalBytes));
        assertThat(next(answers, Upstream.class).getMark().getNumber()).isEqualTo(1);
    }

    @Test
    void takesOtherMessagesBetweenPieces() throws Exception {
        hello();
        stream.onNext(begin(1, 10, 4));
        stream.onNext(
                Downstream.newBuilder().setMark(Mark.newBuilder().setNumber(77)).build());
        stream.onNext(piece(4, 4));
        stream.onNext(Downstream.newBuilder()
                .setWithdraw(Withdraw.newBuilder().setJob(job(5).getId()))
                .build());
        stream.onNext(piece(8, 2));
        stream.onNext(transfer(job(2), 4));

        assertThat(next(answers, Upstream.class).getMark().getNumber()).isEqualTo(77);
        Posted withdrawn = next(posted, Posted.class);
        assertThat(withdrawn.event()).isInstanceOf(AgentEvent.OfferWithdrawn.class);
        withdrawn.taken().run();
        Posted first = next(posted, Posted.class);
        AgentEvent.JobTransferred event = (AgentEvent.JobTransferred) first.event();
        assertThat(ByteString.copyFrom(event.activation().bytes())).isEqualTo(content(0, 10));
        assertThat(next(answers, Upstream.class).getMark().getNumber()).isEqualTo(1);
        first.taken().run();
        assertThat(((AgentEvent.JobTransferred) next(posted, Posted.class).event())
                        .job()
                        .id()
                        .sequence())
                .isEqualTo(2);
    }

    @Test
    void losesAJobWhoseActivationIsTooLargeAndKeepsTheStream() throws Exception {
        hello();
        stream.onNext(begin(1, MAX_ACTIVATION_BYTES + 1L, 1 << 19));
        for (int from = 1 << 19; from < MAX_ACTIVATION_BYTES; from += 1 << 19) {
            stream.onNext(piece(from, 1 << 19));
        }
        stream.onNext(piece(MAX_ACTIVATION_BYTES, 1));
        stream.onNext(transfer(job(2), 4));

        assertThat(next(answers, Upstream.class).getMark().getNumber()).isEqualTo(1);
        assertThat(next(answers, Upstream.class).getOutcome().getLost().getReason())
                .isEqualTo(LossReason.OVERSIZE);
        AgentEvent.JobTransferred event =
                (AgentEvent.JobTransferred) next(posted, Posted.class).event();
        assertThat(event.job().id().sequence()).isEqualTo(2);
        assertThat(counters.malformed()).isEqualTo(1);
    }

    static List<Named<List<Downstream>>> brokenSequences() {
        return List.of(
                Named.of("a piece that nothing came before", List.of(piece(0, 4))),
                Named.of("a transfer before the last one's end", List.of(begin(1, 10, 4), transfer(job(2), 4))),
                Named.of("more than was said", List.of(begin(1, 10, 4), piece(4, 7))),
                Named.of("more in the first message than was said", List.of(begin(1, 3, 4))),
                Named.of("a negative total", List.of(begin(1, -1, 4))),
                Named.of("a piece of nothing", List.of(begin(1, 10, 4), piece(4, 0))),
                Named.of("a piece after the end", List.of(begin(1, 4, 4), piece(4, 4))));
    }

    @ParameterizedTest
    @MethodSource("brokenSequences")
    void endsAStreamWhosePiecesDoNotFit(List<Downstream> messages) throws Exception {
        hello();
        messages.forEach(stream::onNext);

        Object event = next(posted, Posted.class);
        if (((Posted) event).event() instanceof AgentEvent.JobTransferred) {
            ((Posted) event).taken().run();
            event = next(posted, Posted.class);
        }
        assertThat(((Posted) event).event()).isInstanceOf(AgentEvent.UpstreamDown.class);
        Object answer = answers.poll(10, TimeUnit.SECONDS);
        if (answer instanceof Upstream mark) {
            assertThat(mark.hasMark()).isTrue();
            answer = answers.poll(10, TimeUnit.SECONDS);
        }
        assertThat(((Status) answer).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(counters.malformed()).isEqualTo(1);
    }

    @Test
    void losesWithItsStreamWhatHasNotAllCome() throws Exception {
        hello();
        stream.onNext(begin(1, 10, 4));
        stream.onCompleted();

        assertThat(next(answers, String.class)).isEqualTo("completed");
        assertThat(next(posted, Posted.class).event()).isInstanceOf(AgentEvent.UpstreamDown.class);
        assertThat(posted).isEmpty();
    }

    @Test
    void refusesAStreamThatDoesNotBeginWithHello() throws Exception {
        stream.onNext(transfer(job(1), 4));

        Status status = next(answers, Status.class);
        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains("expected hello");
        assertThat(posted).isEmpty();
    }

    @Test
    void endsAStreamWhoseJobHasNoName() throws Exception {
        hello();
        stream.onNext(transfer(job(0), 4));

        assertThat(next(answers, Status.class).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(next(posted, Posted.class).event()).isInstanceOf(AgentEvent.UpstreamDown.class);
    }

    @Test
    void endsOnlyTheStreamThatSentTooMuch() throws Exception {
        StreamObserver<Downstream> other = stream;
        hello();
        stream = open();
        hello();
        stream.onNext(transfer(job(1).setActivationBytes(2 << 20), 2 << 20));

        assertThat(next(answers, Status.class).getCode()).isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED);
        assertThat(next(posted, Posted.class).event()).isInstanceOf(AgentEvent.UpstreamDown.class);
        other.onNext(Downstream.newBuilder()
                .setWithdraw(Withdraw.newBuilder().setJob(job(1).getId()))
                .build());
        assertThat(next(posted, Posted.class).event()).isInstanceOf(AgentEvent.OfferWithdrawn.class);
    }

    /** What gRPC itself refuses, before the service sees any of it. */
    @ParameterizedTest
    @ValueSource(ints = {10, 2 << 20})
    void countsWhatIsNoMessage(int bytes) throws Exception {
        MethodDescriptor.Marshaller<byte[]> raw = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] value) {
                return new ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(InputStream in) {
                return new byte[0];
            }
        };
        BlockingQueue<Object> ends = new LinkedBlockingQueue<>();
        byte[] noise = new byte[bytes];
        Arrays.fill(noise, (byte) 0xFF);
        ClientCalls.asyncBidiStreamingCall(
                        channel.newCall(
                                DataPlaneGrpc.getJobsMethod().toBuilder(raw, raw)
                                        .build(),
                                CallOptions.DEFAULT),
                        new StreamObserver<byte[]>() {
                            @Override
                            public void onNext(byte[] message) {}

                            @Override
                            public void onError(Throwable t) {
                                ends.add(Status.fromThrowable(t));
                            }

                            @Override
                            public void onCompleted() {}
                        })
                .onNext(noise);

        assertThat(next(ends, Status.class).isOk()).isFalse();
        // The count may come a moment after the answer.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (counters.malformed() == 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(counters.malformed()).isEqualTo(1);
    }

    @Test
    void tellsTheCoreOnceThatAStreamEnded() throws Exception {
        hello();
        stream.onCompleted();

        assertThat(next(answers, String.class)).isEqualTo("completed");
        assertThat(next(posted, Posted.class).event()).isInstanceOf(AgentEvent.UpstreamDown.class);
        channel.shutdownNow();
        assertThat(posted.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }
}
