package dev.offramp.agent.forward.grpc;

import dev.offramp.agent.config.AgentConfig;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.forward.BackOff;
import dev.offramp.agent.forward.LinkState;
import dev.offramp.agent.loop.Effects;
import dev.offramp.partition.NodeId;
import dev.offramp.proto.stream.DataPlane;
import dev.offramp.time.Scheduler;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** All neighbours: streams to those that get jobs from here, answers to those that send some. Thread-safe. */
public final class GrpcNeighbours implements Effects.Neighbours, AutoCloseable {
    private static final int CONNECT_TIMEOUT_MILLIS = 2000;
    private static final int FLOW_WINDOW_BYTES = 8 << 20;

    private record Entry(String address, NeighbourLink link) {}

    private final DataPlaneService service;
    private final DataPlaneThread thread;
    private final AgentConfig.Links limits;
    private final AgentConfig.Timers timers;
    private final RandomGenerator random;
    private final NeighbourLink.Context context;
    private final Map<NodeId, Entry> links = new HashMap<>();

    /** @param sharedCore whether encoding takes its time from the servers */
    public GrpcNeighbours(
            DataPlaneService service,
            DataPlaneThread thread,
            AgentConfig config,
            boolean sharedCore,
            Scheduler scheduler,
            RandomGenerator random) {
        this.thread = thread;
        this.service = service;
        this.limits = config.links();
        this.timers = config.timers();
        this.random = random;
        this.context = new NeighbourLink.Context(
                service.node(),
                service::hello,
                service.transcoder(),
                sharedCore,
                limits.maxActivation().bytes(),
                DataPlane.PIECE_BYTES,
                service.mailbox(),
                service.clock(),
                scheduler,
                service.counters());
    }

    @Override
    public synchronized void connect(AgentEffect.Connect effect) {
        Entry before = links.get(effect.peer());
        if (before != null && before.address().equals(effect.address())) {
            return;
        }
        if (before != null) {
            before.link().close();
        }
        NeighbourLink link = new NeighbourLink(
                effect.peer(),
                channel(effect.address()),
                new BackOff(timers.reconnectMin(), timers.reconnectMax(), random),
                context);
        links.put(effect.peer(), new Entry(effect.address(), link));
        link.open();
    }

    private ManagedChannel channel(String address) {
        return NettyChannelBuilder.forTarget(address)
                .eventLoopGroup(thread.group())
                .channelType(NioSocketChannel.class)
                .usePlaintext()
                .directExecutor()
                .flowControlWindow(FLOW_WINDOW_BYTES)
                .maxInboundMessageSize(limits.maxMessage().asInt())
                .keepAliveTime(timers.keepAlive().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(timers.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .build();
    }

    @Override
    public synchronized void disconnect(AgentEffect.Disconnect effect) {
        Entry entry = links.remove(effect.peer());
        if (entry != null) {
            entry.link().close();
        }
    }

    @Override
    public void send(AgentEffect.SendOffer effect) {
        NeighbourLink link = link(effect.peer());
        if (link != null) {
            link.send(effect);
        }
    }

    @Override
    public void send(AgentEffect.SendTransfer effect) {
        NeighbourLink link = link(effect.peer());
        if (link != null) {
            link.send(effect);
        }
    }

    @Override
    public void send(AgentEffect.SendWithdraw effect) {
        NeighbourLink link = link(effect.peer());
        if (link != null) {
            link.send(effect);
        }
    }

    @Override
    public void send(AgentEffect.SendGrant effect) {
        service.send(effect);
    }

    @Override
    public void send(AgentEffect.SendOutcome effect) {
        service.send(effect);
    }

    /** Of the links to all neighbours. */
    public synchronized Map<NodeId, LinkState> states() {
        Map<NodeId, LinkState> states = new HashMap<>();
        links.forEach((peer, entry) -> states.put(peer, entry.link().state()));
        return states;
    }

    private synchronized @Nullable NeighbourLink link(NodeId peer) {
        Entry entry = links.get(peer);
        return entry == null ? null : entry.link();
    }

    @Override
    public synchronized void close() {
        links.values().forEach(entry -> entry.link().close());
        links.clear();
    }
}
