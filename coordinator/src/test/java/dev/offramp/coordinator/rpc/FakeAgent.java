package dev.offramp.coordinator.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.v1.Ack;
import dev.offramp.proto.v1.AgentReport;
import dev.offramp.proto.v1.AttachmentGrpc;
import dev.offramp.proto.v1.Command;
import dev.offramp.proto.v1.Placement;
import dev.offramp.proto.v1.PolicyVersion;
import dev.offramp.proto.v1.Prepare;
import dev.offramp.proto.v1.Register;
import dev.offramp.proto.v1.Telemetry;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** An agent that does at once whatever it is told, or says why not; its heart beats. */
public final class FakeAgent implements AutoCloseable, StreamObserver<Command> {
    private static final long HEARTBEAT_MILLIS = 300;
    private static final long PATIENCE_SECONDS = 30;

    private final ManagedChannel channel;
    private final StreamObserver<AgentReport> reports;
    private final Function<Command, String> answers;
    private final BlockingQueue<Command> commands = new LinkedBlockingQueue<>();
    private final CompletableFuture<Throwable> end = new CompletableFuture<>();
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor();

    private volatile boolean draining;

    private FakeAgent(ManagedChannel channel, Function<Command, String> answers) {
        this.answers = answers;
        this.channel = channel;
        this.reports = AttachmentGrpc.newStub(channel).attach(this);
    }

    private static ManagedChannel channel(HostPort coordinator) {
        return NettyChannelBuilder.forAddress(coordinator.host(), coordinator.port())
                .usePlaintext()
                .build();
    }

    /** Attaches without a word. */
    static FakeAgent silent(HostPort coordinator) {
        return new FakeAgent(channel(coordinator), command -> "");
    }

    /** Attaches; {@code answers} gives the error of each command, empty for none. */
    public static FakeAgent attach(HostPort coordinator, String node, Function<Command, String> answers) {
        return attach(channel(coordinator), registration(node).build(), answers);
    }

    /** What an agent says that has acted on nothing yet. */
    static Register.Builder registration(String node) {
        return Register.newBuilder()
                .setNode(node)
                .setIncarnation(1)
                .setDataAddress("127.0.0.1:1")
                .setHttpAddress("127.0.0.1:2")
                .setBoard("test board")
                .setCapacityJobs(8);
    }

    /** Over a connection that is closed with it. */
    static FakeAgent attach(ManagedChannel channel, Register registration, Function<Command, String> answers) {
        FakeAgent agent = new FakeAgent(channel, answers);
        agent.send(AgentReport.newBuilder().setRegister(registration).build());
        agent.beat();
        var unused =
                agent.heart.scheduleAtFixedRate(agent::beat, HEARTBEAT_MILLIS, HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS);
        return agent;
    }

    public static FakeAgent attach(HostPort coordinator, String node) {
        return attach(coordinator, node, command -> "");
    }

    void beat() {
        send(AgentReport.newBuilder()
                .setTelemetry(
                        Telemetry.newBuilder().setQueuedJobs(draining ? 0 : 3).setDraining(draining))
                .build());
    }

    synchronized void send(AgentReport report) {
        if (!end.isDone()) {
            reports.onNext(report);
        }
    }

    @Override
    public void onNext(Command command) {
        commands.add(command);
        Ack.Builder ack = Ack.newBuilder().setError(answers.apply(command));
        switch (command.getMessageCase()) {
            case PREPARE -> ack.setPreparedEpoch(placement(command.getPrepare()).getEpoch());
            case ACTIVATE -> ack.setActivatedEpoch(command.getActivate().getEpoch());
            case RETIRE -> ack.setRetiredEpoch(command.getRetire().getEpoch());
            case POLICY ->
                ack.setPolicy(PolicyVersion.newBuilder()
                        .setService(command.getPolicy().getPolicy().getService())
                        .setVersion(command.getPolicy().getPolicy().getVersion()));
            case DRAIN -> {
                draining = true;
                ack.setDrained(true);
            }
            case FEEDS -> ack.setFeedsVersion(command.getFeeds().getFeeds().getVersion());
            case REVOCATIONS, MESSAGE_NOT_SET -> throw new AssertionError(command);
        }
        send(AgentReport.newBuilder().setAck(ack).build());
    }

    private static Placement placement(Prepare prepare) {
        try {
            return prepare.getSignedPlacement().isEmpty()
                    ? prepare.getPlacement()
                    : Placement.parseFrom(prepare.getSignedPlacement());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void onError(Throwable t) {
        end.complete(t);
    }

    @Override
    public void onCompleted() {
        end.complete(new AssertionError("the coordinator closed the stream"));
    }

    /** The next command, or a failure. */
    Command next() throws InterruptedException {
        Command command = commands.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (command == null) {
            throw new AssertionError("no command within " + PATIENCE_SECONDS + " s");
        }
        return command;
    }

    boolean isAttached() {
        return !end.isDone();
    }

    /** Why the coordinator ended the stream. */
    Throwable end() throws Exception {
        return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        heart.shutdownNow();
        channel.shutdownNow();
    }
}
