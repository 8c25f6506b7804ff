package dev.offramp.coordinator.rpc;

import dev.offramp.proto.access.DoorChannel;
import dev.offramp.proto.access.Guard;
import dev.offramp.proto.access.OpenCallLimit;
import dev.offramp.proto.access.Tls;
import dev.offramp.proto.identity.Role;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;

/**
 * What keeps strangers out of the coordinator. Immutable.
 *
 * @param connectionAge no connection stands longer; its peer proves itself anew
 */
public record Protection(Guard guard, Duration connectionAge) {
    /** gRPC lets a connection become up to a tenth older or younger; what runs on it then may finish in the last tenth. */
    private static final double TOLD_TO_GO_AFTER = 0.8;

    private static final double THEN_CUT_AFTER = 0.1;

    /** Of a connection, in which a stranger may keep silent. */
    private static final long HANDSHAKE_SECONDS = 10;

    NettyServerBuilder builder(InetSocketAddress address) {
        return NettyServerBuilder.forAddress(address, Tls.server(guard.credentials(), EnumSet.copyOf(Role.enrolled())))
                .channelFactory(() -> new DoorChannel(guard.door()))
                .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
                .addTransportFilter(guard.watch())
                .addStreamTracerFactory(new OpenCallLimit())
                .intercept(guard.interceptor())
                .maxConnectionAge(share(TOLD_TO_GO_AFTER), TimeUnit.NANOSECONDS)
                .maxConnectionAgeGrace(share(THEN_CUT_AFTER), TimeUnit.NANOSECONDS);
    }

    private long share(double of) {
        return (long) (connectionAge.toNanos() * of);
    }
}
