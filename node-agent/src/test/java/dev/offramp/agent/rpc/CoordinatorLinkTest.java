package dev.offramp.agent.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.forward.BackOff;
import dev.offramp.proto.v1.AgentReport;
import dev.offramp.proto.v1.AttachmentGrpc;
import dev.offramp.proto.v1.Command;
import dev.offramp.proto.v1.Register;
import dev.offramp.proto.v1.Telemetry;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CoordinatorLinkTest {
    private static final Duration TELEMETRY = Duration.ofHours(1);

    private record Retry(Duration delay, Runnable task) {}

    private static final class NoAgent implements CoordinatorLink.Agent {
        @Override
        public Register registration() {
            return Register.newBuilder().setNode("one").build();
        }

        @Override
        public Optional<Telemetry> telemetry() {
            return Optional.empty();
        }

        @Override
        public void sent(Telemetry telemetry) {}

        @Override
        public void execute(Command command, CoordinatorLink.Done done) {}
    }

    /** As it does where another agent has the name. */
    @Test
    void asksACoordinatorThatRefusesItLessAndLess() throws Exception {
        BlockingQueue<Retry> retries = new LinkedBlockingQueue<>();
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new AttachmentGrpc.AttachmentImplBase() {
                    @Override
                    public StreamObserver<AgentReport> attach(StreamObserver<Command> commands) {
                        return new StreamObserver<>() {
                            @Override
                            public void onNext(AgentReport report) {
                                commands.onError(Status.ALREADY_EXISTS.asRuntimeException());
                            }

                            @Override
                            public void onError(Throwable t) {}

                            @Override
                            public void onCompleted() {}
                        };
                    }
                })
                .build()
                .start();
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
        Duration least = Duration.ofMillis(100);
        try (CoordinatorLink link = new CoordinatorLink(
                channel,
                new NoAgent(),
                (delay, task) -> {
                    if (!delay.equals(TELEMETRY)) {
                        retries.add(new Retry(delay, task));
                    }
                },
                TELEMETRY,
                new BackOff(least, Duration.ofMinutes(1), new SplittableRandom(1)))) {
            link.open();
            Duration last = Duration.ZERO;
            for (int refusal = 0; refusal < 6; refusal++) {
                Retry retry = retries.poll(10, TimeUnit.SECONDS);
                assertThat(retry).isNotNull();
                last = retry.delay();
                retry.task().run();
            }
            assertThat(last).isGreaterThan(least.multipliedBy(8));
        } finally {
            channel.shutdownNow();
            server.shutdownNow();
        }
    }
}
