package dev.offramp.agent.forward.grpc;

import dev.offramp.proto.identity.PeerException;
import dev.offramp.proto.v1.DataPlaneGrpc;
import dev.offramp.proto.v1.Downstream;
import dev.offramp.proto.v1.Hello;
import dev.offramp.proto.v1.Upstream;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A connection beside the one that carries jobs, for as long as two nodes need to show each other their certificates of
 * today. So neither trusts the other for longer than a connection may be old, and no job has to move. Thread-safe.
 */
final class Proof implements StreamObserver<Upstream> {
    private static final long PATIENCE_SECONDS = 5;

    private final ManagedChannel channel;
    private final Consumer<PeerException> disbelieved;

    private Proof(ManagedChannel channel, Consumer<PeerException> disbelieved) {
        this.channel = channel;
        this.disbelieved = disbelieved;
    }

    /**
     * @param channel to the neighbour, closed afterwards
     * @param disbelieved called if the neighbour's certificate is refused here
     */
    static void exchange(ManagedChannel channel, Hello hello, Consumer<PeerException> disbelieved) {
        Proof proof = new Proof(channel, disbelieved);
        StreamObserver<Downstream> requests = DataPlaneGrpc.newStub(channel)
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .jobs(proof);
        requests.onNext(Downstream.newBuilder().setHello(hello).build());
        requests.onCompleted();
    }

    @Override
    public void onNext(Upstream message) {
        // Its hello: it has believed this node.
    }

    /** Only what the certificate says counts: a neighbour that is away is the link's business. */
    @Override
    public void onError(Throwable t) {
        channel.shutdownNow();
        for (Throwable cause = t; cause != null; cause = cause.getCause()) {
            if (cause instanceof PeerException refused) {
                disbelieved.accept(refused);
                return;
            }
        }
    }

    @Override
    public void onCompleted() {
        channel.shutdownNow();
    }
}
