package dev.offramp.agent;

import com.google.protobuf.ByteString;
import dev.offramp.partition.Placement;
import dev.offramp.partition.policy.Policy;
import dev.offramp.proto.Codec;
import dev.offramp.proto.v1.Ack;
import dev.offramp.proto.v1.Activate;
import dev.offramp.proto.v1.AgentReport;
import dev.offramp.proto.v1.ApplyPolicy;
import dev.offramp.proto.v1.AttachmentGrpc;
import dev.offramp.proto.v1.Command;
import dev.offramp.proto.v1.FetchPiece;
import dev.offramp.proto.v1.FetchRequest;
import dev.offramp.proto.v1.Prepare;
import dev.offramp.proto.v1.Register;
import dev.offramp.proto.v1.Retire;
import dev.offramp.proto.v1.Telemetry;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The server side of attach.proto, for tests: commands are given by hand, answers are waited for. */
public final class FakeCoordinator extends AttachmentGrpc.AttachmentImplBase implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final Server server;
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final Map<String, Attached> agents = new HashMap<>();
    private final AtomicInteger fetches = new AtomicInteger();

    /** One agent's stream. */
    public static final class Attached {
        final Register register;
        final StreamObserver<Command> commands;
        final BlockingQueue<Ack> acks = new LinkedBlockingQueue<>();
        final BlockingQueue<Telemetry> telemetry = new LinkedBlockingQueue<>();

        Attached(Register register, StreamObserver<Command> commands) {
            this.register = register;
            this.commands = commands;
        }
    }

    public FakeCoordinator() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(this)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .build()
                .start();
    }

    public int port() {
        return server.getPort();
    }

    public void store(String sha256, byte[] bytes) {
        files.put(sha256, bytes);
    }

    public int fetches() {
        return fetches.get();
    }

    @Override
    public StreamObserver<AgentReport> attach(StreamObserver<Command> commands) {
        return new StreamObserver<>() {
            private Attached agent = new Attached(Register.getDefaultInstance(), commands);

            @Override
            public void onNext(AgentReport report) {
                switch (report.getMessageCase()) {
                    case REGISTER -> {
                        agent = new Attached(report.getRegister(), commands);
                        synchronized (agents) {
                            agents.put(report.getRegister().getNode(), agent);
                            agents.notifyAll();
                        }
                    }
                    case TELEMETRY -> agent.telemetry.add(report.getTelemetry());
                    case ACK -> agent.acks.add(report.getAck());
                    case MESSAGE_NOT_SET -> throw new IllegalStateException("empty report");
                }
            }

            @Override
            public void onError(Throwable t) {
                gone();
            }

            @Override
            public void onCompleted() {
                commands.onCompleted();
                gone();
            }

            private void gone() {
                synchronized (agents) {
                    agents.remove(agent.register.getNode(), agent);
                }
            }
        };
    }

    @Override
    public void fetch(FetchRequest request, StreamObserver<FetchPiece> responses) {
        fetches.incrementAndGet();
        byte[] bytes = files.get(request.getSha256());
        if (bytes == null) {
            responses.onError(Status.NOT_FOUND
                    .withDescription("no file " + request.getSha256())
                    .asRuntimeException());
            return;
        }
        for (int at = (int) request.getOffset(); at < bytes.length; at += 65_536) {
            responses.onNext(FetchPiece.newBuilder()
                    .setBytes(ByteString.copyFrom(bytes, at, Math.min(65_536, bytes.length - at)))
                    .build());
        }
        responses.onCompleted();
    }

    /** Waits until the node has registered. */
    public Attached agent(String node) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        synchronized (agents) {
            while (!agents.containsKey(node)) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("node " + node + " did not attach");
                }
                agents.wait(left);
            }
            return agents.get(node);
        }
    }

    public Ack command(String node, Command command) throws InterruptedException {
        Attached agent = agent(node);
        agent.commands.onNext(command);
        Ack ack = agent.acks.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (ack == null) {
            throw new AssertionError("no answer of " + node + " to " + command.getMessageCase());
        }
        return ack;
    }

    public Ack prepare(String node, Placement placement) throws InterruptedException {
        return command(
                node,
                Command.newBuilder()
                        .setPrepare(Prepare.newBuilder().setPlacement(Codec.write(placement)))
                        .build());
    }

    public Ack activate(String node, long epoch) throws InterruptedException {
        return command(
                node,
                Command.newBuilder()
                        .setActivate(Activate.newBuilder().setEpoch(epoch))
                        .build());
    }

    public Ack retire(String node, long epoch) throws InterruptedException {
        return command(
                node,
                Command.newBuilder()
                        .setRetire(Retire.newBuilder().setEpoch(epoch))
                        .build());
    }

    public Ack apply(String node, Policy policy) throws InterruptedException {
        return command(
                node,
                Command.newBuilder()
                        .setPolicy(ApplyPolicy.newBuilder().setPolicy(Codec.write(policy)))
                        .build());
    }

    public Telemetry telemetry(String node) throws InterruptedException {
        Attached agent = agent(node);
        agent.telemetry.clear();
        Telemetry telemetry = agent.telemetry.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (telemetry == null) {
            throw new AssertionError("no telemetry of " + node);
        }
        return telemetry;
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
