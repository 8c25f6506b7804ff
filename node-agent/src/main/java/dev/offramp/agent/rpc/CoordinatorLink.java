package dev.offramp.agent.rpc;

import dev.offramp.agent.forward.BackOff;
import dev.offramp.proto.v1.Ack;
import dev.offramp.proto.v1.AgentReport;
import dev.offramp.proto.v1.AttachmentGrpc;
import dev.offramp.proto.v1.Command;
import dev.offramp.proto.v1.Register;
import dev.offramp.proto.v1.Telemetry;
import dev.offramp.time.Scheduler;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Attach stream to the coordinator: registers, reports telemetry, takes commands one at a time, and comes back when
 * the coordinator does. What it cannot send it drops: the coordinator repeats what is not acknowledged. Thread-safe.
 */
final class CoordinatorLink implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CoordinatorLink.class);

    /** What the link needs of the agent. */
    interface Agent {
        Register registration();

        /** Empty before the core has said anything. */
        Optional<Telemetry> telemetry();

        /** What {@link #telemetry} has said is on its way. */
        void sent(Telemetry telemetry);

        /** Executes a command; {@code done} is called once, on any thread, and asks for the next. */
        void execute(Command command, Done done);
    }

    /** Takes a command's answer. */
    @FunctionalInterface
    interface Done {
        void acknowledge(Ack ack);
    }

    private final ManagedChannel channel;
    private final Agent agent;
    private final Scheduler scheduler;
    private final Duration telemetryPeriod;
    private final BackOff backOff;
    private @Nullable Session session;
    private boolean attached;
    private boolean everConnected;
    private boolean closed;

    CoordinatorLink(
            ManagedChannel channel, Agent agent, Scheduler scheduler, Duration telemetryPeriod, BackOff backOff) {
        this.channel = channel;
        this.agent = agent;
        this.scheduler = scheduler;
        this.telemetryPeriod = telemetryPeriod;
        this.backOff = backOff;
    }

    /** Connects, now and whenever the connection is lost. */
    synchronized void open() {
        if (!closed && session == null) {
            Session opened = new Session();
            session = opened;
            // The pace of attempts is ours, not the channel's.
            channel.resetConnectBackoff();
            var unused = AttachmentGrpc.newStub(channel).attach(opened);
            opened.send(
                    AgentReport.newBuilder().setRegister(agent.registration()).build());
            scheduler.schedule(telemetryPeriod, () -> report(opened));
        }
    }

    private void report(Session reporting) {
        if (isCurrent(reporting)) {
            lasted();
            Optional<Telemetry> telemetry = agent.telemetry();
            if (telemetry.isPresent() && reporting.send(telemetry.get())) {
                agent.sent(telemetry.get());
            }
            scheduler.schedule(telemetryPeriod, () -> report(reporting));
        }
    }

    private synchronized boolean isCurrent(Session candidate) {
        return session == candidate;
    }

    private synchronized void ended(Session endedSession, Status status) {
        if (session == endedSession) {
            session = null;
            attached = false;
            if (!closed) {
                Duration delay = backOff.next();
                log.warn(
                        "{} the coordinator ({}): frames flow on, next attempt in {} ms",
                        everConnected ? "lost" : "cannot reach",
                        describe(status),
                        delay.toMillis());
                scheduler.schedule(delay, this::open);
            }
        }
    }

    synchronized boolean isAttached() {
        return session != null && attached;
    }

    private static String describe(Status status) {
        Throwable cause = status.getCause();
        String text = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        return cause == null ? text : text + ": " + cause.getMessage();
    }

    private synchronized void connected() {
        attached = true;
        everConnected = true;
    }

    /** Only then: a coordinator that refuses this node at once is not to be asked ten times a second. */
    private synchronized void lasted() {
        if (attached) {
            backOff.reset();
        }
    }

    @Override
    public void close() {
        Session open;
        synchronized (this) {
            closed = true;
            open = session;
            session = null;
        }
        if (open != null) {
            open.complete();
        }
    }

    /** One connection's worth of the stream. */
    private final class Session implements ClientResponseObserver<AgentReport, Command> {
        private @Nullable ClientCallStreamObserver<AgentReport> requests;
        private boolean over;

        @Override
        public void beforeStart(ClientCallStreamObserver<AgentReport> requestStream) {
            requests = requestStream;
            requestStream.disableAutoRequestWithInitial(1);
            requestStream.setOnReadyHandler(CoordinatorLink.this::connected);
        }

        /** Registrations and answers are small and rare: they may wait. */
        synchronized void send(AgentReport report) {
            if (requests != null && !over) {
                requests.onNext(report);
            }
        }

        /** Whether it is sent: telemetry that waits is stale. */
        synchronized boolean send(Telemetry telemetry) {
            if (requests == null || over || !requests.isReady()) {
                return false;
            }
            requests.onNext(AgentReport.newBuilder().setTelemetry(telemetry).build());
            return true;
        }

        synchronized void complete() {
            if (requests != null && !over) {
                over = true;
                requests.onCompleted();
            }
        }

        private synchronized void requestNext() {
            if (requests != null && !over) {
                requests.request(1);
            }
        }

        @Override
        public void onNext(Command command) {
            agent.execute(command, ack -> {
                send(AgentReport.newBuilder().setAck(ack).build());
                requestNext();
            });
        }

        @Override
        public void onError(Throwable t) {
            end(Status.fromThrowable(t));
        }

        @Override
        public void onCompleted() {
            end(Status.UNAVAILABLE.withDescription("it closed the stream"));
        }

        private void end(Status status) {
            synchronized (this) {
                over = true;
            }
            ended(this, status);
        }
    }
}
