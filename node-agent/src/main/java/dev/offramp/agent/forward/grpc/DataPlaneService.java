package dev.offramp.agent.forward.grpc;

import dev.offramp.agent.codec.ActivationEncoder;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.core.PeerLink;
import dev.offramp.agent.forward.LinkCounters;
import dev.offramp.agent.loop.Mailbox;
import dev.offramp.partition.NodeId;
import dev.offramp.proto.Codec;
import dev.offramp.proto.stream.DataPlane;
import dev.offramp.proto.stream.Down;
import dev.offramp.proto.v1.DataPlaneGrpc;
import dev.offramp.proto.v1.Grant;
import dev.offramp.proto.v1.Hello;
import dev.offramp.proto.v1.Upstream;
import dev.offramp.time.NanoClock;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The streams of neighbours that send jobs here. Thread-safe. */
public final class DataPlaneService implements BindableService {
    /** Of memory for activations, kept for later: as many large ones as are under way between servers and neighbours. */
    private static final long IDLE_BYTES = 16 << 20;

    private final NodeId node;
    private final long incarnation;
    private final long maxActivationBytes;
    private final LandingMemory landingMemory = new LandingMemory(IDLE_BYTES);
    private final Transcoder transcoder;
    private final Mailbox mailbox;
    private final NanoClock clock;
    private final LinkCounters counters;
    private final AtomicLong lastStream = new AtomicLong();
    private final Map<PeerLink, UpstreamSession> sessions = new ConcurrentHashMap<>();

    /** @param maxActivationBytes of a job that is taken */
    public DataPlaneService(
            NodeId node,
            long incarnation,
            long maxActivationBytes,
            Transcoder transcoder,
            Mailbox mailbox,
            NanoClock clock,
            LinkCounters counters) {
        this.node = node;
        this.incarnation = incarnation;
        this.maxActivationBytes = maxActivationBytes;
        this.transcoder = transcoder;
        this.mailbox = mailbox;
        this.clock = clock;
        this.counters = counters;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder(DataPlaneGrpc.SERVICE_NAME)
                .addMethod(DataPlane.JOBS, ServerCalls.asyncBidiStreamingCall(this::jobs))
                .build();
    }

    private StreamObserver<Down> jobs(StreamObserver<Upstream> responses) {
        UpstreamSession session =
                new UpstreamSession(this, lastStream.incrementAndGet(), (ServerCallStreamObserver<Upstream>) responses);
        session.start();
        return session;
    }

    void send(AgentEffect.SendGrant effect) {
        send(
                effect.link(),
                Upstream.newBuilder()
                        .setGrant(Grant.newBuilder().setJob(Codec.write(effect.job())))
                        .build());
    }

    void send(AgentEffect.SendOutcome effect) {
        send(
                effect.link(),
                Upstream.newBuilder()
                        .setOutcome(Codec.write(effect.job(), effect.outcome(), effect.timings()))
                        .build());
    }

    /** A stream that has ended takes nothing more: the neighbour knows that what was pending on it is lost. */
    private void send(PeerLink link, Upstream message) {
        UpstreamSession session = sessions.get(link);
        if (session != null) {
            session.send(message);
        }
    }

    void opened(PeerLink link, UpstreamSession session) {
        sessions.put(link, session);
    }

    void ended(PeerLink link) {
        sessions.remove(link);
    }

    NodeId node() {
        return node;
    }

    /** Made when there is a neighbour to greet: only then is it found out what can be decoded. */
    Hello hello() {
        return Hello.newBuilder()
                .setNode(node.value())
                .setIncarnation(incarnation)
                .addAllDecodes(CodecList.write(ActivationEncoder.supported()))
                .build();
    }

    Transcoder transcoder() {
        return transcoder;
    }

    long maxActivationBytes() {
        return maxActivationBytes;
    }

    LandingMemory landingMemory() {
        return landingMemory;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    NanoClock clock() {
        return clock;
    }

    LinkCounters counters() {
        return counters;
    }
}
