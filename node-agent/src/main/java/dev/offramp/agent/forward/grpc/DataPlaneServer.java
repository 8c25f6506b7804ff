package dev.offramp.agent.forward.grpc;

import dev.offramp.agent.config.AgentConfig;
import dev.offramp.proto.access.DoorChannel;
import dev.offramp.proto.access.Guard;
import dev.offramp.proto.access.Tls;
import dev.offramp.proto.identity.Role;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Where neighbours connect. Thread-safe. */
public final class DataPlaneServer implements AutoCloseable {
    private static final int FLOW_WINDOW_BYTES = 8 << 20;
    /** A neighbour needs one stream, and another while the first one's end is not noticed yet. */
    private static final int STREAMS_PER_CONNECTION = 4;

    /** Of a connection, in which a stranger may keep silent. */
    private static final long HANDSHAKE_SECONDS = 10;

    private static final long MIN_PING_SECONDS = 1;
    private static final long CLOSE_SECONDS = 1;

    private final Server server;

    /** Listens, also for what {@code others} serve; only to members of the cluster where there is a guard. */
    public DataPlaneServer(
            AgentConfig config,
            DataPlaneService service,
            List<BindableService> others,
            DataPlaneThread thread,
            Optional<Guard> guard)
            throws IOException {
        NettyServerBuilder builder = builder(config, guard)
                .bossEventLoopGroup(thread.group())
                .workerEventLoopGroup(thread.group())
                .directExecutor()
                .flowControlWindow(FLOW_WINDOW_BYTES)
                .maxInboundMessageSize(config.links().maxMessage().asInt())
                .maxConcurrentCallsPerConnection(STREAMS_PER_CONNECTION)
                .permitKeepAliveTime(MIN_PING_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(config.timers().keepAlive().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(config.timers().keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
                .addStreamTracerFactory(new RefusedStreams(service.counters()))
                .addService(service);
        others.forEach(builder::addService);
        server = builder.build().start();
    }

    private static NettyServerBuilder builder(AgentConfig config, Optional<Guard> guard) {
        InetSocketAddress address =
                new InetSocketAddress(config.listen().bind(), config.listen().dataPort());
        if (guard.isEmpty()) {
            return NettyServerBuilder.forAddress(address).channelType(NioServerSocketChannel.class);
        }
        Guard one = guard.get();
        return NettyServerBuilder.forAddress(address, Tls.server(one.credentials(), EnumSet.copyOf(Role.enrolled())))
                .channelFactory(() -> new DoorChannel(one.door()))
                .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
                .addTransportFilter(one.watch())
                .intercept(one.interceptor());
    }

    /** The port listened on. */
    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            var unused = server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
