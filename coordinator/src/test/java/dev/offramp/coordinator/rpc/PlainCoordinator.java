package dev.offramp.coordinator.rpc;

import dev.offramp.coordinator.CoordinatorProcess;
import dev.offramp.coordinator.config.CoordinatorConfig;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.v1.Register;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A coordinator without certificates on loopback, and whoever is connected to it. */
final class PlainCoordinator implements AutoCloseable {
    private final CoordinatorProcess coordinator;
    private final Operator operator;

    private PlainCoordinator(CoordinatorProcess coordinator) {
        this.coordinator = coordinator;
        this.operator = new Operator(channel());
    }

    static PlainCoordinator start(Path directory) throws IOException {
        return new PlainCoordinator(
                CoordinatorProcess.start(new CoordinatorConfig(directory, new HostPort("127.0.0.1", 0))));
    }

    HostPort address() {
        return coordinator.address();
    }

    /** A new connection. */
    ManagedChannel channel() {
        return NettyChannelBuilder.forAddress(address().host(), address().port())
                .usePlaintext()
                .build();
    }

    Operator operator() {
        return operator;
    }

    Map<Refusal, Long> refusals() {
        return coordinator.refusals();
    }

    FakeAgent attach(String node) {
        return attach(FakeAgent.registration(node).build());
    }

    FakeAgent attach(Register registration) {
        FakeAgent agent = FakeAgent.attach(channel(), registration, command -> "");
        operator.awaitUp(registration.getNode());
        return agent;
    }

    @Override
    public void close() {
        operator.channel().shutdownNow();
        coordinator.close();
    }
}
