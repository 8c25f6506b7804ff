package dev.offramp.coordinator.rpc;

import dev.offramp.coordinator.cluster.NodeRegistration;
import dev.offramp.coordinator.control.ControlEvent;
import dev.offramp.partition.NodeId;
import dev.offramp.proto.WireException;
import dev.offramp.proto.access.Caller;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.v1.Ack;
import dev.offramp.proto.v1.AgentReport;
import dev.offramp.proto.v1.Command;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One agent's Attach stream. Reports come one at a time from gRPC; commands may come from any thread. Thread-safe. */
final class AgentSession implements StreamObserver<AgentReport> {
    private static final Logger log = LoggerFactory.getLogger(AgentSession.class);

    /** An agent answers every command; one that leaves so many open is not well. */
    private static final int MAX_OPEN_COMMANDS = 1024;

    private final long id;
    private final AgentHub hub;
    private final ServerCallStreamObserver<Command> commands;
    private final Optional<Caller> caller;
    private volatile @Nullable NodeId node;
    private int openCommands;
    private boolean over;
    private boolean gone;

    AgentSession(long id, AgentHub hub, ServerCallStreamObserver<Command> commands, Optional<Caller> caller) {
        this.id = id;
        this.hub = hub;
        this.commands = commands;
        this.caller = caller;
        commands.setOnCancelHandler(this::gone);
    }

    @Override
    public void onNext(AgentReport report) {
        try {
            NodeId self = node;
            if (report.hasRegister()) {
                register(self, RegisterCodec.read(report.getRegister()));
            } else if (self == null) {
                throw new WireException("the first report is %s: expected register".formatted(report.getMessageCase()));
            } else {
                report(self, report);
            }
        } catch (WireException e) {
            log.warn("agent {} is refused: {}", node, e.getMessage());
            end(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
            gone();
        }
    }

    private void register(@Nullable NodeId self, NodeRegistration registration) throws WireException {
        if (self != null) {
            throw new WireException("node %s registers twice on one connection".formatted(self));
        }
        if (caller.isPresent()
                && !caller.get().identity().name().equals(registration.node().value())) {
            hub.refused(Refusal.WRONG_NAME);
            throw new WireException("%s registers as node %s: expected its own name"
                    .formatted(caller.get().identity(), registration.node()));
        }
        check(registration.node(), "epoch", registration.seen().epoch());
        for (var policy : registration.seen().policies().entrySet()) {
            check(registration.node(), "policy version of " + policy.getKey(), policy.getValue());
        }
        node = registration.node();
        log.info(
                "node {} attaches ({}, data {})",
                registration.node(),
                registration.board().title(),
                registration.dataAddress());
        hub.attached(this, id, registration);
    }

    /** Those to come are newer than all that nodes have acted on. */
    private void check(NodeId self, String what, long actedOn) throws WireException {
        long most = hub.mostIssued();
        if (actedOn < 0 || actedOn > most) {
            hub.refused(Refusal.NEVER_ISSUED);
            throw new WireException(
                    "node %s has acted on %s %d: expected 0 to %d, which is more than any coordinator has issued\nMaybe versions.properties or feeds.json in the agent's data directory is damaged: stop the agent, delete them and start it; or a clock is wrong here"
                            .formatted(self, what, actedOn, most));
        }
    }

    private void report(NodeId self, AgentReport report) throws WireException {
        switch (report.getMessageCase()) {
            case TELEMETRY -> hub.heard(id, self, report.getTelemetry());
            case ACK -> answered(self, report.getAck());
            case REGISTER, MESSAGE_NOT_SET -> throw new WireException("empty report: expected telemetry or ack");
        }
    }

    private void answered(NodeId self, Ack ack) throws WireException {
        synchronized (this) {
            openCommands--;
        }
        if (!ack.getError().isEmpty()) {
            log.warn("node {} refuses {}: {}", self, ack.getOfCase(), ack.getError());
        }
        if (ack.getOfCase() == Ack.OfCase.OF_NOT_SET) {
            return;
        }
        if (ack.hasFeedsVersion()) {
            check(self, "feeds", ack.getFeedsVersion());
        }
        hub.post(new ControlEvent.NodeAnswered(id, self, CommandCodec.read(ack), ack.getError()));
    }

    /** Whether the agent has proved itself with one of these certificates. */
    boolean isProvedBy(Set<BigInteger> serials) {
        return caller.isPresent() && serials.contains(caller.get().certificate().getSerialNumber());
    }

    synchronized void send(Command command) {
        if (over) {
            return;
        }
        if (openCommands >= MAX_OPEN_COMMANDS) {
            end(Status.RESOURCE_EXHAUSTED.withDescription(openCommands + " commands are not answered"));
            return;
        }
        openCommands++;
        commands.onNext(command);
    }

    synchronized void end(Status status) {
        if (!over) {
            over = true;
            commands.onError(status.asRuntimeException());
        }
    }

    private void gone() {
        boolean first;
        synchronized (this) {
            first = !gone;
            gone = true;
            over = true;
        }
        NodeId self = node;
        if (self != null && first) {
            log.info("node {} detached", self);
            hub.detached(id, self);
        }
    }

    @Override
    public void onError(Throwable t) {
        gone();
    }

    @Override
    public void onCompleted() {
        synchronized (this) {
            if (!over) {
                over = true;
                commands.onCompleted();
            }
        }
        gone();
    }
}
