package dev.offramp.proto.access;

import dev.offramp.proto.identity.PeerException;
import dev.offramp.proto.identity.Standing;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Tells a {@link Door} of connections whose peers have proved to be members. Thread-safe. */
public final class DoorWatch extends ServerTransportFilter {
    private final Door door;
    private final Standing standing;

    public DoorWatch(Door door, Standing standing) {
        this.door = door;
        this.standing = standing;
    }

    @Override
    public Attributes transportReady(Attributes attributes) {
        greet(
                attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION),
                attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR),
                attributes.get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR));
        return attributes;
    }

    private void greet(@Nullable SSLSession session, @Nullable SocketAddress remote, @Nullable SocketAddress local) {
        if (session != null
                && remote instanceof InetSocketAddress from
                && local instanceof InetSocketAddress to
                && isMember(session)) {
            door.proved(Door.Ends.of(from, to.getPort()));
        }
    }

    /** Whether the peer of a finished handshake showed a member's certificate. */
    public boolean isMember(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            var unusedIdentity = standing.check((X509Certificate) chain[0]);
            return true;
        } catch (SSLPeerUnverifiedException | PeerException e) {
            // What it then asks for is refused and counted.
            return false;
        }
    }
}
