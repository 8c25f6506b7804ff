package dev.offramp.coordinator.cli.bench;

import com.google.protobuf.ByteString;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.v1.DataPlaneGrpc;
import dev.offramp.proto.v1.Downstream;
import dev.offramp.proto.v1.Hello;
import dev.offramp.proto.v1.Job;
import dev.offramp.proto.v1.JobId;
import dev.offramp.proto.v1.Outcome;
import dev.offramp.proto.v1.Transfer;
import dev.offramp.proto.v1.Upstream;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Jobs over a chain of agents, which leave at the exit of its last one; this process is their ingress. What they compute
 * does not count. Confined to one thread.
 */
final class ChainPinger implements Pinger {
    private static final long PATIENCE_SECONDS = 60;

    /**
     * Where jobs go.
     *
     * @param exits of the chain
     */
    record Target(String node, String service, String chain, long epoch, int exits) {}

    private record Ended(Outcome outcome, long nanos) {}

    private final ManagedChannel channel;
    private final StreamObserver<Downstream> jobs;
    private final BlockingQueue<Ended> answers = new LinkedBlockingQueue<>();
    private final Target target;
    private final ByteString activation;
    private int leaveAt;
    private final AtomicLong sequence;

    /** @param sequence of the last job of this ingress; agents remember jobs */
    ChainPinger(HostPort first, Target target, int bytes, AtomicLong sequence) {
        this.target = target;
        this.sequence = sequence;
        this.leaveAt = target.exits();
        this.activation = ByteString.copyFrom(new byte[bytes]);
        channel = NettyChannelBuilder.forAddress(first.host(), first.port())
                .usePlaintext()
                .directExecutor()
                .flowControlWindow(StreamPinger.FLOW_WINDOW_BYTES)
                .build();
        jobs = DataPlaneGrpc.newStub(channel).withWaitForReady().jobs(new StreamObserver<>() {
            @Override
            public void onNext(Upstream message) {
                if (message.hasOutcome()) {
                    answers.add(new Ended(message.getOutcome(), System.nanoTime()));
                }
            }

            @Override
            public void onError(Throwable t) {
                // Whoever waits for the answer notices.
            }

            @Override
            public void onCompleted() {
                // As on an error.
            }
        });
        jobs.onNext(Downstream.newBuilder()
                .setHello(Hello.newBuilder()
                        .setNode(target.node())
                        .setIncarnation(ProcessHandle.current().pid()))
                .build());
    }

    /** How many agents the jobs pass. */
    void leaveAt(int exit) {
        leaveAt = exit;
    }

    @Override
    public void send() {
        Job.Builder job = Job.newBuilder()
                .setId(JobId.newBuilder()
                        .setIngress(target.node())
                        .setIncarnation(ProcessHandle.current().pid())
                        .setSequence(sequence.incrementAndGet()))
                .setService(target.service())
                .setChain(target.chain())
                .setEpoch(target.epoch())
                .setPolicyVersion(1)
                .setHop(1)
                .setRemainingNanos(BenchCluster.DEADLINE.toNanos())
                .setActivationBytes(activation.size());
        for (int exit = 1; exit <= target.exits(); exit++) {
            job.addThresholds(exit < leaveAt ? 2 : 0);
        }
        jobs.onNext(Downstream.newBuilder()
                .setTransfer(Transfer.newBuilder().setJob(job).setActivation(activation))
                .build());
    }

    @Override
    public Answer await() throws IOException, InterruptedException {
        Ended ended = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (ended == null) {
            throw new IOException("a job through %d agents has no outcome".formatted(leaveAt));
        }
        if (!ended.outcome().hasCompleted()) {
            throw new IOException("a job through %d agents is lost: %s"
                    .formatted(leaveAt, ended.outcome().getLost().getReason()));
        }
        return new Answer(ended.nanos(), ended.outcome().getTimings().getComputeNanos());
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
