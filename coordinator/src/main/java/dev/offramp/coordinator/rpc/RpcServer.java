package dev.offramp.coordinator.rpc;

import dev.offramp.partition.HostPort;
import io.grpc.BindableService;
import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** The coordinator's gRPC port. Thread-safe. */
public final class RpcServer implements AutoCloseable {
    private static final int MAX_MESSAGE_BYTES = 4 << 20;
    private static final int MAX_CALLS_PER_CONNECTION = 64;

    /** Of a connection on which nobody calls, or never says a word; clients open another when they need one. */
    private static final int IDLE_SECONDS = 20;

    private static final int KEEP_ALIVE_SECONDS = 5;
    private static final int STOP_SECONDS = 2;
    private static final int LOOPS = 2;

    /** What a connection may have sent that nobody has taken yet. gRPC would let it grow with the connection's pace. */
    private static final int FLOW_WINDOW_BYTES = 256 << 10;

    /** Calls are cancelled now and then; a peer that begins and cancels them as fast as it can is cut off. */
    private static final int MAX_RESETS = 200;

    private static final int RESETS_SECONDS = 30;

    /** No client of ours compresses, and what grows when it is decompressed is not worth its limits. */
    private static final DecompressorRegistry UNCOMPRESSED =
            DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false);

    /**
     * They say what peers do wrong, with a stack trace for each: whoever connects could fill the disk with that. Held here,
     * or what is set is forgotten.
     */
    private static final List<Logger> OF_PEERS = Stream.of(
                    "io.grpc.netty.NettyServerHandler", "io.grpc.netty.NettyServerStream")
            .map(Logger::getLogger)
            .toList();

    private final Server server;
    private final EventLoopGroup loops;
    private final HostPort address;

    private RpcServer(Server server, EventLoopGroup loops, HostPort address) {
        this.server = server;
        this.loops = loops;
        this.address = address;
    }

    /** Listens; only to members where there is a protection. */
    public static RpcServer start(
            HostPort listen, Optional<Protection> protection, List<BindableService> services, Executor executor)
            throws IOException {
        OF_PEERS.forEach(one -> one.setLevel(Level.SEVERE));
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                LOOPS, new DefaultThreadFactory("connections", true), NioIoHandler.newFactory());
        NettyServerBuilder builder = builder(new InetSocketAddress(listen.host(), listen.port()), protection)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .executor(executor)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .maxConnectionIdle(IDLE_SECONDS, TimeUnit.SECONDS)
                .flowControlWindow(FLOW_WINDOW_BYTES)
                .maxRstFramesPerWindow(MAX_RESETS, RESETS_SECONDS)
                .decompressorRegistry(UNCOMPRESSED)
                .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        services.forEach(service -> builder.addService(ReadableMessages.of(service)));
        try {
            Server server = builder.build().start();
            return new RpcServer(server, loops, new HostPort(listen.host(), server.getPort()));
        } catch (IOException e) {
            var unused = loops.shutdownGracefully();
            throw new IOException(
                    "cannot listen on %s: %s\nMaybe another coordinator runs: choose another --port"
                            .formatted(listen, rootMessage(e)),
                    e);
        }
    }

    private static NettyServerBuilder builder(InetSocketAddress address, Optional<Protection> protection) {
        return protection.map(one -> one.builder(address)).orElseGet(() -> NettyServerBuilder.forAddress(address)
                .channelType(NioServerSocketChannel.class));
    }

    private static String rootMessage(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /** With the port that was taken. */
    public HostPort address() {
        return address;
    }

    @Override
    public void close() {
        server.shutdown();
        try {
            // Attach streams never end by themselves.
            server.shutdownNow().awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var unused = loops.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS);
    }
}
