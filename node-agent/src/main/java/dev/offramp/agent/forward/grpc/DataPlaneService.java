package dev.offramp.agent.forward.grpc;

import dev.offramp.agent.codec.ActivationEncoder;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.core.Job;
import dev.offramp.agent.core.PeerLink;
import dev.offramp.agent.forward.LinkCounters;
import dev.offramp.agent.loop.Mailbox;
import dev.offramp.partition.NodeId;
import dev.offramp.proto.Codec;
import dev.offramp.proto.access.Caller;
import dev.offramp.proto.identity.Refusal;
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
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

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
    /** Of nodes that have a stream; with certificates off, when they last connected. */
    private final LastProofs proofs = new LastProofs();

    private volatile BiPredicate<NodeId, Job> senders = (sender, job) -> true;
    private volatile Consumer<Refusal> refusals = reason -> {};

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
        UpstreamSession session = new UpstreamSession(
                this, lastStream.incrementAndGet(), (ServerCallStreamObserver<Upstream>) responses, Caller.current());
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

    /**
     * For a cluster with certificates.
     *
     * @param mayCome whether a job may come from that node
     * @param refused told of what was refused
     */
    public void guard(BiPredicate<NodeId, Job> mayCome, Consumer<Refusal> refused) {
        senders = mayCome;
        refusals = refused;
    }

    boolean mayCome(NodeId sender, Job job) {
        return senders.test(sender, job);
    }

    void refused(Refusal reason) {
        refusals.accept(reason);
    }

    /**
     * Ends the streams of nodes that have not shown a good certificate for that long, on this connection or another.
     * Called three times in it.
     */
    public void endUnproved(Duration connectionAge) {
        Set<NodeId> missing = proofs.missing(connectionAge, clock.nanoTime());
        sessions.forEach((link, session) -> {
            if (missing.contains(link.peer())) {
                session.unproved(connectionAge);
            }
        });
    }

    /** Ends the streams of those that have proved themselves with one of these certificates. */
    public void revoked(Set<BigInteger> serials) {
        sessions.values().forEach(session -> session.revoked(serials));
    }

    synchronized void opened(PeerLink link, UpstreamSession session) {
        proofs.shown(link.peer(), clock.nanoTime());
        sessions.put(link, session);
    }

    synchronized void ended(PeerLink link) {
        sessions.remove(link);
        if (sessions.keySet().stream().noneMatch(other -> other.peer().equals(link.peer()))) {
            proofs.forget(link.peer());
        }
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
