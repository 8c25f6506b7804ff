package dev.offramp.coordinator.rpc;

import dev.offramp.coordinator.cluster.NodeRegistration;
import dev.offramp.coordinator.control.ControlEvent;
import dev.offramp.coordinator.control.NodeCommand;
import dev.offramp.coordinator.control.Outbox;
import dev.offramp.coordinator.control.ShadowBook;
import dev.offramp.partition.NodeId;
import dev.offramp.proto.WireException;
import dev.offramp.proto.access.Caller;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.identity.RefusalCounter;
import dev.offramp.proto.v1.Command;
import dev.offramp.proto.v1.Telemetry;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** All agents that are attached, and what each reported last. Thread-safe. */
public final class AgentHub implements Outbox {
    private final AtomicLong sessionIds = new AtomicLong();
    private final Map<Long, AgentSession> sessions = new ConcurrentHashMap<>();
    private final Map<NodeId, Heard> heard = new ConcurrentHashMap<>();
    private final ShadowBook shadows;
    private final CommandCodec commands;
    private final RefusalCounter refusals;
    private final InstantSource wallClock;
    private volatile Consumer<ControlEvent> events = event -> {};
    private volatile Set<BigInteger> revoked = Set.of();

    /**
     * A node's last report.
     *
     * @param clockOffsetMillis of the node's wall clock, ahead of this one; the report's way is part of it
     */
    record Heard(Telemetry telemetry, OptionalLong clockOffsetMillis) {
        static final Heard NOTHING = new Heard(Telemetry.getDefaultInstance(), OptionalLong.empty());
    }

    /**
     * @param shadows told of every row of a shadow job
     * @param refusals of agents that speak for other nodes than their own, or say what cannot be
     * @param wallClock to compare the nodes' with
     */
    public AgentHub(ShadowBook shadows, CommandCodec commands, RefusalCounter refusals, InstantSource wallClock) {
        this.shadows = shadows;
        this.commands = commands;
        this.refusals = refusals;
        this.wallClock = wallClock;
    }

    /** Where events go. */
    public void connect(Consumer<ControlEvent> sink) {
        events = sink;
    }

    /** @param caller empty where certificates are off */
    AgentSession open(ServerCallStreamObserver<Command> stream, Optional<Caller> caller) {
        return new AgentSession(sessionIds.incrementAndGet(), this, stream, caller);
    }

    /** Tells every agent, now and when it attaches, and lets go of those that are revoked themselves. */
    public void revoked(Set<BigInteger> serials) {
        revoked = Set.copyOf(serials);
        sessions.values().forEach(session -> {
            if (session.isProvedBy(serials)) {
                session.end(Status.UNAUTHENTICATED.withDescription("its certificate is revoked"));
            } else {
                session.send(CommandCodec.revocations(serials));
            }
        });
    }

    CommandCodec commands() {
        return commands;
    }

    /** No epoch and no version is greater. */
    long mostIssued() {
        return MostIssued.by(wallClock.instant());
    }

    void refused(Refusal reason) {
        refusals.record(reason);
    }

    void attached(AgentSession session, long id, NodeRegistration registration) {
        sessions.put(id, session);
        if (!revoked.isEmpty()) {
            session.send(CommandCodec.revocations(revoked));
        }
        shadows.attached(registration.node());
        events.accept(new ControlEvent.NodeAttached(id, registration));
    }

    /** @throws WireException if the report is malformed */
    void heard(long id, NodeId node, Telemetry report) throws WireException {
        if (sessions.containsKey(id)) {
            shadows.heard(node, report.getEpoch(), ShadowCodec.read(report));
            heard.put(
                    node,
                    new Heard(
                            report.toBuilder().clearShadowRows().clearJobRows().build(), clockOffset(report)));
            events.accept(new ControlEvent.NodeHeard(id, node, ReportCodec.read(report)));
            if (report.getDraining()) {
                events.accept(new ControlEvent.NodeDrains(id, node));
            }
        }
    }

    private OptionalLong clockOffset(Telemetry report) {
        return report.hasBoard()
                ? OptionalLong.of(report.getBoard().getWallClockMillis() - wallClock.millis())
                : OptionalLong.empty();
    }

    void post(ControlEvent event) {
        events.accept(event);
    }

    void detached(long id, NodeId node) {
        sessions.remove(id);
        events.accept(new ControlEvent.NodeDetached(id, node));
    }

    /** The node's last report; empty before its first. */
    Heard lastHeardOf(NodeId node) {
        return heard.getOrDefault(node, Heard.NOTHING);
    }

    @Override
    public void send(long session, NodeId node, NodeCommand command) {
        AgentSession open = sessions.get(session);
        if (open != null) {
            open.send(commands.write(command));
        }
    }

    @Override
    public void detach(long session, NodeId node, String why) {
        AgentSession open = sessions.remove(session);
        if (open != null) {
            open.end(Status.ABORTED.withDescription(why));
        }
    }
}
