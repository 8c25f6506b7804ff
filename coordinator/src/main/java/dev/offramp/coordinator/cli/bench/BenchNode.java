package dev.offramp.coordinator.cli.bench;

import dev.offramp.partition.HostPort;
import dev.offramp.proto.v1.Ack;
import dev.offramp.proto.v1.AgentReport;
import dev.offramp.proto.v1.AttachmentGrpc;
import dev.offramp.proto.v1.Command;
import dev.offramp.proto.v1.PolicyVersion;
import dev.offramp.proto.v1.Register;
import dev.offramp.proto.v1.Telemetry;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * This process as a node of the cluster: it says yes to every command and has no partition, so that it can stand before
 * the first agent of a chain and send it jobs. Thread-safe.
 */
public final class BenchNode implements AutoCloseable, StreamObserver<Command> {
    private static final long HEARTBEAT_MILLIS = 1000;

    private final ManagedChannel channel;
    private final ScheduledExecutorService heart;
    private final StreamObserver<AgentReport> reports;
    private boolean over;

    /** Attaches at once. */
    public BenchNode(HostPort coordinator, String name) {
        channel = NettyChannelBuilder.forAddress(coordinator.host(), coordinator.port())
                .usePlaintext()
                .build();
        reports = AttachmentGrpc.newStub(channel).withWaitForReady().attach(this);
        send(AgentReport.newBuilder()
                .setRegister(Register.newBuilder()
                        .setNode(name)
                        .setIncarnation(ProcessHandle.current().pid())
                        .setDataAddress("127.0.0.1:1")
                        .setHttpAddress("127.0.0.1:1")
                        .setBoard("bench")
                        .setCapacityJobs(1))
                .build());
        heart = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("heart").factory());
        var unused = heart.scheduleAtFixedRate(this::beat, 0, HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void beat() {
        send(AgentReport.newBuilder()
                .setTelemetry(Telemetry.getDefaultInstance())
                .build());
    }

    private synchronized void send(AgentReport report) {
        if (!over) {
            reports.onNext(report);
        }
    }

    @Override
    public void onNext(Command command) {
        Ack.Builder ack = Ack.newBuilder();
        switch (command.getMessageCase()) {
            case PREPARE ->
                ack.setPreparedEpoch(command.getPrepare().getPlacement().getEpoch());
            case ACTIVATE -> ack.setActivatedEpoch(command.getActivate().getEpoch());
            case RETIRE -> ack.setRetiredEpoch(command.getRetire().getEpoch());
            case POLICY ->
                ack.setPolicy(PolicyVersion.newBuilder()
                        .setService(command.getPolicy().getPolicy().getService())
                        .setVersion(command.getPolicy().getPolicy().getVersion()));
            case DRAIN -> ack.setDrained(true);
            case FEEDS -> ack.setFeedsVersion(command.getFeeds().getFeeds().getVersion());
            case REVOCATIONS, MESSAGE_NOT_SET ->
                throw new IllegalStateException("command %s: a benched coordinator gives placements and policies"
                        .formatted(command.getMessageCase()));
        }
        send(AgentReport.newBuilder().setAck(ack).build());
    }

    @Override
    public void onError(Throwable t) {
        onCompleted();
    }

    @Override
    public synchronized void onCompleted() {
        over = true;
    }

    @Override
    public void close() {
        heart.shutdownNow();
        channel.shutdownNow();
    }
}
