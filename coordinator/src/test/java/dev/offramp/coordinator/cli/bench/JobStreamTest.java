package dev.offramp.coordinator.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.coordinator.simulation.ArrivalProcess;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.v1.Completed;
import dev.offramp.proto.v1.DataPlaneGrpc;
import dev.offramp.proto.v1.Downstream;
import dev.offramp.proto.v1.Outcome;
import dev.offramp.proto.v1.Upstream;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs to an agent that answers the first of them and ends the stream at the second. */
@SuppressWarnings("NullAway.Init")
class JobStreamTest {
    private static final List<Float> THRESHOLDS = List.of(0f);

    private Server agent;

    @BeforeEach
    void start() throws IOException {
        agent = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new DataPlaneGrpc.DataPlaneImplBase() {
                    @Override
                    public StreamObserver<Downstream> jobs(StreamObserver<Upstream> responses) {
                        return new Agent(responses);
                    }
                })
                .build()
                .start();
    }

    private record Agent(StreamObserver<Upstream> responses) implements StreamObserver<Downstream> {
        @Override
        public void onNext(Downstream message) {
            if (message.getTransfer().getJob().getId().getSequence() == 1) {
                responses.onNext(Upstream.newBuilder()
                        .setOutcome(Outcome.newBuilder()
                                .setJob(message.getTransfer().getJob().getId())
                                .setCompleted(Completed.newBuilder().setExit(1)))
                        .build());
            } else if (message.hasTransfer()) {
                responses.onError(Status.UNAVAILABLE
                        .withDescription("nothing was heard for 2 s")
                        .asRuntimeException());
            }
        }

        @Override
        public void onError(Throwable t) {
            // The test is over.
        }

        @Override
        public void onCompleted() {
            responses.onCompleted();
        }
    }

    @AfterEach
    void stop() {
        agent.shutdownNow();
    }

    private JobStream open(Consumer<JobStream.Heard> told) {
        return new JobStream(
                new HostPort("127.0.0.1", agent.getPort()),
                new JobStream.Target("bench", "pass", "a", 1, 1, Duration.ofSeconds(1)),
                16,
                new AtomicLong(),
                NanoClock.system(),
                told);
    }

    @Test
    @Timeout(30)
    void jobsOfAStreamThatEndsAreNotWaitedForAndItIsSaidWhyItEnded() {
        OpenLoop jobs = new OpenLoop(NanoClock.system(), Pause.system());
        try (JobStream stream = open(jobs::heard)) {
            assertThatThrownBy(() -> jobs.send(
                            stream, THRESHOLDS, new ArrivalProcess.Periodic(1000), new SplittableRandom(1), 10))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("have no outcome: the stream to 127.0.0.1:" + agent.getPort() + " ended")
                    .hasMessageContaining("UNAVAILABLE")
                    .hasMessageContaining("nothing was heard for 2 s");
        }
    }

    @Test
    @Timeout(30)
    void whoWaitsForOneJobHearsOfTheEndToo() throws Exception {
        Outcomes outcomes = new Outcomes();
        try (JobStream stream = open(outcomes::heard)) {
            long first = stream.send(THRESHOLDS);
            assertThat(outcomes.await().sequence()).isEqualTo(first);

            stream.send(THRESHOLDS);
            assertThatThrownBy(outcomes::await)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nothing was heard for 2 s");
        }
    }

    @Test
    void itsOwnEndIsNothingToHearOf() throws Exception {
        BlockingQueue<JobStream.Heard> told = new LinkedBlockingQueue<>();
        JobStream stream = open(told::add);
        stream.send(THRESHOLDS);
        assertThat(told.poll(10, TimeUnit.SECONDS)).isInstanceOf(JobStream.Ended.class);

        stream.close();
        assertThat(told.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }
}
