package dev.offramp.proto.access;

import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.proto.identity.Role;
import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import java.util.Set;
import java.util.function.Predicate;

/** gRPC's way to say what {@link LiveCredentials} are. Stateless. */
public final class Tls {
    private Tls() {}

    /**
     * For a server. A peer without a certificate gets as far as {@link AccessInterceptor}, which tells it what is wrong;
     * one with a bad certificate does not.
     *
     * @param roles that connect here
     */
    public static ServerCredentials server(LiveCredentials credentials, Set<Role> roles) {
        return TlsServerCredentials.newBuilder()
                .keyManager(credentials.keyManager())
                .trustManager(credentials.trustManager(peer -> roles.contains(peer.role())))
                .clientAuth(TlsServerCredentials.ClientAuth.OPTIONAL)
                .build();
    }

    /** For connections to whoever {@code expected} holds for. */
    public static ChannelCredentials channel(LiveCredentials credentials, Predicate<Identity> expected) {
        return TlsChannelCredentials.newBuilder()
                .keyManager(credentials.keyManager())
                .trustManager(credentials.trustManager(expected))
                .build();
    }

    /** For connections to the coordinator. */
    public static ChannelCredentials toCoordinator(LiveCredentials credentials) {
        return channel(credentials, peer -> peer.role() == Role.COORDINATOR);
    }
}
