package dev.offramp.coordinator.cli;

import dev.offramp.partition.HostPort;
import dev.offramp.partition.onnx.Cutting;
import dev.offramp.proto.access.Enroller;
import dev.offramp.proto.access.EnrolmentException;
import dev.offramp.proto.access.Tls;
import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.proto.v1.ControlGrpc;
import dev.offramp.proto.v1.EnrolmentGrpc;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** The coordinator as operators' commands see it: every call has a deadline, every failure is a {@link CliException}. */
public final class CoordinatorClient implements AutoCloseable {
    private static final int MAX_ANSWER_BYTES = 16 << 20;

    private final HostPort address;
    private final Duration timeout;
    private final ManagedChannel channel;

    private CoordinatorClient(HostPort address, Duration timeout, ManagedChannel channel) {
        this.address = address;
        this.timeout = timeout;
        this.channel = channel;
    }

    /** Connects on the first call, without certificates. */
    public static CoordinatorClient connect(HostPort address, Duration timeout) {
        return connect(address, timeout, Optional.empty());
    }

    /** Connects on the first call. */
    public static CoordinatorClient connect(HostPort address, Duration timeout, Optional<LiveCredentials> credentials) {
        ChannelCredentials channel = credentials.map(Tls::toCoordinator).orElseGet(InsecureChannelCredentials::create);
        return new CoordinatorClient(
                address,
                timeout,
                NettyChannelBuilder.forAddress(address.host(), address.port(), channel)
                        .maxInboundMessageSize(MAX_ANSWER_BYTES)
                        .build());
    }

    /** One question about members, one answer, within the timeout. */
    public <T> T enrol(Function<EnrolmentGrpc.EnrolmentBlockingStub, T> question) throws CliException {
        try {
            return question.apply(
                    EnrolmentGrpc.newBlockingStub(channel).withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS));
        } catch (StatusRuntimeException e) {
            throw GrpcFailures.translate(e, address, timeout);
        }
    }

    Credentials renew(Credentials current) throws EnrolmentException {
        return Enroller.renew(channel, current, timeout);
    }

    /** One question, one answer, within the timeout. */
    public <T> T call(Function<ControlGrpc.ControlBlockingStub, T> question) throws CliException {
        return call(question, timeout);
    }

    /** One question, one answer, within {@code patience}. */
    public <T> T call(Function<ControlGrpc.ControlBlockingStub, T> question, Duration patience) throws CliException {
        try {
            return question.apply(
                    ControlGrpc.newBlockingStub(channel).withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS));
        } catch (StatusRuntimeException e) {
            throw GrpcFailures.translate(e, address, patience);
        }
    }

    /** One question, answers until the coordinator has no more or {@code each} throws. */
    public <T> void stream(Function<ControlGrpc.ControlBlockingStub, Iterator<T>> question, Consumer<T> each)
            throws CliException {
        try {
            question.apply(ControlGrpc.newBlockingStub(channel)).forEachRemaining(each);
        } catch (StatusRuntimeException e) {
            throw GrpcFailures.translate(e, address, timeout);
        }
    }

    /**
     * Sends a model; returns when the coordinator has all of it: whether it had it before.
     *
     * @param profile bytes of its exit profile, if there is one
     */
    public boolean push(Cutting cutting, Optional<byte[]> profile) throws CliException, InterruptedException {
        return new ModelPush(cutting, profile).to(this).getAlreadyThere();
    }

    ControlGrpc.ControlStub asynchronous(Duration patience) {
        return ControlGrpc.newStub(channel).withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    CliException translate(StatusRuntimeException e, Duration patience) {
        return GrpcFailures.translate(e, address, patience);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
