package dev.offramp.agent.forward.grpc;

import dev.offramp.agent.config.AgentConfig;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.forward.BackOff;
import dev.offramp.agent.forward.LinkState;
import dev.offramp.agent.loop.Effects;
import dev.offramp.partition.NodeId;
import dev.offramp.proto.access.Tls;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.proto.identity.PeerException;
import dev.offramp.proto.identity.Role;
import dev.offramp.proto.stream.DataPlane;
import dev.offramp.time.Scheduler;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All neighbours: streams to those that get jobs from here, answers to those that send some. Thread-safe. */
public final class GrpcNeighbours implements Effects.Neighbours, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GrpcNeighbours.class);
    private static final int CONNECT_TIMEOUT_MILLIS = 2000;
    private static final int FLOW_WINDOW_BYTES = 8 << 20;

    private record Entry(String address, NeighbourLink link) {}

    private final DataPlaneService service;
    private final DataPlaneThread thread;
    private final Optional<LiveCredentials> credentials;
    private final AgentConfig.Links limits;
    private final AgentConfig.Timers timers;
    private final RandomGenerator random;
    private final NeighbourLink.Context context;
    private final Map<NodeId, Entry> links = new HashMap<>();

    /**
     * @param credentials empty where certificates are off
     * @param sharedCore whether encoding takes its time from the servers
     */
    public GrpcNeighbours(
            DataPlaneService service,
            DataPlaneThread thread,
            AgentConfig config,
            Optional<LiveCredentials> credentials,
            boolean sharedCore,
            Scheduler scheduler,
            RandomGenerator random) {
        this.thread = thread;
        this.service = service;
        this.credentials = credentials;
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
                thread.executor(),
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
                channel(effect.peer(), effect.address()),
                new BackOff(timers.reconnectMin(), timers.reconnectMax(), random),
                context);
        links.put(effect.peer(), new Entry(effect.address(), link));
        link.open();
    }

    private ManagedChannel channel(NodeId peer, String address) {
        ChannelCredentials channel = credentials
                .map(live -> Tls.channel(live, Identity.of(Role.AGENT, peer.value())::equals))
                .orElseGet(InsecureChannelCredentials::create);
        return NettyChannelBuilder.forTarget(address, channel)
                .eventLoopGroup(thread.group())
                .channelType(NioSocketChannel.class)
                .directExecutor()
                .flowControlWindow(FLOW_WINDOW_BYTES)
                .maxInboundMessageSize(limits.maxMessage().asInt())
                .keepAliveTime(timers.keepAlive().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(timers.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .build();
    }

    /** Exchanges certificates with every neighbour that jobs are sent to; whoever has none that counts gets no more. */
    public synchronized void prove() {
        links.forEach((peer, entry) -> Proof.exchange(
                channel(peer, entry.address()), service.hello(), refused -> disown(peer, entry, refused)));
    }

    private synchronized void disown(NodeId peer, Entry entry, PeerException refused) {
        if (links.remove(peer, entry)) {
            log.warn("no more jobs to {}: {}", peer, refused.getMessage());
            entry.link().close();
            connect(new AgentEffect.Connect(peer, entry.address()));
        }
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
