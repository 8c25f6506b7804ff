package dev.offramp.coordinator.cli.bench.strangers;

import com.google.protobuf.ByteString;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.identity.CertificateRequest;
import dev.offramp.proto.identity.JoinToken;
import dev.offramp.proto.identity.KeyPairs;
import dev.offramp.proto.identity.PinnedTrust;
import dev.offramp.proto.identity.Standing;
import dev.offramp.proto.v1.EnrolmentGrpc;
import dev.offramp.proto.v1.JoinRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** Joins, each time on a connection of its own, with a token that was somebody else's. Thread-safe. */
final class Replayer implements Intruder {
    private static final long PATIENCE_SECONDS = 2;

    private final JoinToken token;
    private final ByteString request;

    Replayer(JoinToken token) {
        this.token = token;
        this.request = ByteString.copyFrom(CertificateRequest.of(token.id(), KeyPairs.forConnections()));
    }

    @Override
    public boolean attempt(HostPort target, InetAddress from) throws IOException {
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        target.host(),
                        target.port(),
                        TlsChannelCredentials.newBuilder()
                                .trustManager(new PinnedTrust(token.authority(), new Standing(InstantSource.system())))
                                .build())
                .localSocketPicker(new NettyChannelBuilder.LocalSocketPicker() {
                    @Override
                    public InetSocketAddress createSocketAddress(
                            java.net.SocketAddress remote, io.grpc.Attributes attributes) {
                        return new InetSocketAddress(from, 0);
                    }
                })
                .build();
        try {
            var unused = EnrolmentGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .join(JoinRequest.newBuilder()
                            .setTokenId(token.id())
                            .setSecret(token.secret())
                            .setCsr(request)
                            .build());
            return true;
        } catch (StatusRuntimeException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            channel.shutdownNow();
        }
    }

    @Override
    public void close() {
        // Every attempt has closed its channel.
    }
}
