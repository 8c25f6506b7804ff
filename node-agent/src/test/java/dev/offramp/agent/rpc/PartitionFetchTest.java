package dev.offramp.agent.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.offramp.agent.artifact.ArtifactException;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.proto.v1.AttachmentGrpc;
import dev.offramp.proto.v1.FetchPiece;
import dev.offramp.proto.v1.FetchRequest;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PartitionFetchTest {
    /** Else the call would hold its buffers on both sides until its deadline. */
    @Test
    void endsTheCallWhenTheSinkRefuses() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new AttachmentGrpc.AttachmentImplBase() {
                    @Override
                    public void fetch(FetchRequest request, StreamObserver<FetchPiece> responses) {
                        ((ServerCallStreamObserver<FetchPiece>) responses).setOnCancelHandler(cancelled::countDown);
                        responses.onNext(FetchPiece.newBuilder()
                                .setBytes(ByteString.copyFromUtf8("too much"))
                                .build());
                    }
                })
                .build()
                .start();
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
        try {
            PartitionFetch fetch = new PartitionFetch(channel, Duration.ofMinutes(1));
            assertThatThrownBy(() -> fetch.fetch(Digest.of(new byte[1]), 0, piece -> {
                        throw new ArtifactException(ArtifactException.Kind.MISMATCH, "too large", null);
                    }))
                    .isInstanceOf(ArtifactException.class);
            assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            channel.shutdownNow();
            server.shutdownNow();
        }
    }
}
