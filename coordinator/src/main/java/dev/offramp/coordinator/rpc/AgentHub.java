package dev.offramp.coordinator.rpc;

import dev.offramp.coordinator.cluster.NodeRegistration;
import dev.offramp.coordinator.control.ControlEvent;
import dev.offramp.coordinator.control.NodeCommand;
import dev.offramp.coordinator.control.Outbox;
import dev.offramp.coordinator.control.ShadowBook;
import dev.offramp.partition.NodeId;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.Command;
import dev.offramp.proto.v1.Telemetry;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** All agents that are attached, and what each reported last. Thread-safe. */
public final class AgentHub implements Outbox {
    private final AtomicLong sessionIds = new AtomicLong();
    private final Map<Long, AgentSession> sessions = new ConcurrentHashMap<>();
    private final Map<NodeId, Telemetry> telemetry = new ConcurrentHashMap<>();
    private final ShadowBook shadows;
    private volatile Consumer<ControlEvent> events = event -> {};

    /** @param shadows told of every row of a shadow job */
    public AgentHub(ShadowBook shadows) {
        this.shadows = shadows;
    }

    /** Where events go. */
    public void connect(Consumer<ControlEvent> sink) {
        events = sink;
    }

    AgentSession open(ServerCallStreamObserver<Command> commands) {
        return new AgentSession(sessionIds.incrementAndGet(), this, commands);
    }

    void attached(AgentSession session, long id, NodeRegistration registration) {
        sessions.put(id, session);
        shadows.attached(registration.node());
        events.accept(new ControlEvent.NodeAttached(id, registration));
    }

    /** @throws WireException if the report is malformed */
    void heard(long id, NodeId node, Telemetry report) throws WireException {
        if (sessions.containsKey(id)) {
            shadows.heard(node, report.getEpoch(), ShadowCodec.read(report));
            telemetry.put(
                    node, report.toBuilder().clearShadowRows().clearJobRows().build());
            events.accept(new ControlEvent.NodeHeard(id, node, ReportCodec.read(report)));
        }
    }

    void post(ControlEvent event) {
        events.accept(event);
    }

    void detached(long id, NodeId node) {
        sessions.remove(id);
        events.accept(new ControlEvent.NodeDetached(id, node));
    }

    /** The node's last report; empty before its first. */
    Telemetry telemetryOf(NodeId node) {
        return telemetry.getOrDefault(node, Telemetry.getDefaultInstance());
    }

    @Override
    public void send(long session, NodeId node, NodeCommand command) {
        AgentSession open = sessions.get(session);
        if (open != null) {
            open.send(command);
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
