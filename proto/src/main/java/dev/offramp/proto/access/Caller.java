package dev.offramp.proto.access;

import dev.offramp.proto.identity.Identity;
import io.grpc.Context;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * The member behind a call that is being served.
 *
 * @param certificate that it proved itself with
 */
public record Caller(Identity identity, X509Certificate certificate) {
    static final Context.Key<Caller> KEY = Context.key("caller");
    static final Context.Key<SocketAddress> REMOTE = Context.key("remote-address");

    /** Empty where certificates are off, and for {@code Join}. */
    public static Optional<Caller> current() {
        return Optional.ofNullable(KEY.get());
    }

    /** Where the call comes from; empty where certificates are off. */
    public static Optional<SocketAddress> remoteAddress() {
        return Optional.ofNullable(REMOTE.get());
    }
}
