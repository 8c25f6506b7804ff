package dev.offramp.coordinator.cli.bench;

import dev.offramp.partition.HostPort;
import dev.offramp.proto.stream.DataPlane;
import dev.offramp.proto.stream.Down;
import dev.offramp.proto.v1.Downstream;
import dev.offramp.proto.v1.Hello;
import dev.offramp.proto.v1.Job;
import dev.offramp.proto.v1.JobId;
import dev.offramp.proto.v1.Outcome;
import dev.offramp.proto.v1.Transfer;
import dev.offramp.proto.v1.Upstream;
import dev.offramp.time.NanoClock;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Jobs for the first agent of a chain, which this process stands before as their ingress ({@link BenchNode}). A job is
 * sent when it is given, whatever became of those before. Thread-safe; outcomes are told on gRPC's threads.
 */
public final class JobStream implements AutoCloseable {
    private final Target target;
    private final ByteBuffer activation;
    private final AtomicLong sequence;
    private final ManagedChannel channel;
    private final StreamObserver<Down> jobs;
    private volatile boolean closed;

    /**
     * Where jobs go.
     *
     * @param node this process as a node
     * @param hop of the chain that the agent has
     * @param deadline of the service
     */
    public record Target(String node, String service, String chain, long epoch, int hop, Duration deadline) {}

    /** What is heard of jobs. */
    public sealed interface Heard {}

    /**
     * What became of a job.
     *
     * @param nanos when it was heard, on the clock's scale
     */
    public record Ended(long sequence, Outcome outcome, long nanos) implements Heard {}

    /**
     * The agent or the network has ended the stream: nothing more is heard of any job.
     *
     * @param why for people
     */
    public record Broken(String why) implements Heard {}

    /**
     * Opens the stream; jobs may be sent at once.
     *
     * @param sequence of the last job of this ingress; agents remember jobs
     */
    public JobStream(
            HostPort agent,
            Target target,
            int activationBytes,
            AtomicLong sequence,
            NanoClock clock,
            Consumer<Heard> told) {
        this.target = target;
        this.activation = ByteBuffer.allocateDirect(activationBytes);
        this.sequence = sequence;
        channel = NettyChannelBuilder.forAddress(agent.host(), agent.port())
                .usePlaintext()
                .directExecutor()
                .flowControlWindow(StreamPinger.FLOW_WINDOW_BYTES)
                .build();
        jobs = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(DataPlane.JOBS, CallOptions.DEFAULT.withWaitForReady()), new StreamObserver<>() {
                    @Override
                    public void onNext(Upstream message) {
                        if (message.hasOutcome()) {
                            Outcome outcome = message.getOutcome();
                            told.accept(new Ended(outcome.getJob().getSequence(), outcome, clock.nanoTime()));
                        }
                    }

                    @Override
                    public void onError(Throwable t) {
                        broke(Status.fromThrowable(t).toString());
                    }

                    @Override
                    public void onCompleted() {
                        broke("the agent closed it");
                    }

                    private void broke(String why) {
                        if (!closed) {
                            told.accept(new Broken("the stream to %s ended: %s".formatted(agent, why)));
                        }
                    }
                });
        jobs.onNext(Down.of(Downstream.newBuilder()
                .setHello(Hello.newBuilder()
                        .setNode(target.node())
                        .setIncarnation(ProcessHandle.current().pid()))
                .build()));
    }

    /** Sends a job that carries these thresholds; its sequence number. */
    public synchronized long send(List<Float> thresholds) {
        long number = sequence.incrementAndGet();
        Job.Builder job = Job.newBuilder()
                .setId(JobId.newBuilder()
                        .setIngress(target.node())
                        .setIncarnation(ProcessHandle.current().pid())
                        .setSequence(number))
                .setService(target.service())
                .setChain(target.chain())
                .setEpoch(target.epoch())
                .setPolicyVersion(1)
                .setHop(target.hop())
                .setRemainingNanos(target.deadline().toNanos())
                .setActivationBytes(activation.capacity())
                .addAllThresholds(thresholds);
        DataPlane.transfer(Transfer.newBuilder().setJob(job), activation, DataPlane.PIECE_BYTES)
                .forEach(jobs::onNext);
        return number;
    }

    @Override
    public void close() {
        closed = true;
        channel.shutdownNow();
    }
}
