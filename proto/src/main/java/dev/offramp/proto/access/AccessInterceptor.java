package dev.offramp.proto.access;

import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.PeerException;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.identity.RefusalCounter;
import dev.offramp.proto.identity.Role;
import dev.offramp.proto.identity.Standing;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a call through if {@link AccessTable} says so. The certificate is examined for every call, not only at the
 * handshake: connections outlive certificates, and resumed sessions are not examined at all. Thread-safe.
 */
public final class AccessInterceptor implements ServerInterceptor {
    private static final Logger log = LoggerFactory.getLogger(AccessInterceptor.class);

    private final Standing standing;
    private final RefusalCounter refusals;
    private final Door door;

    AccessInterceptor(Standing standing, RefusalCounter refusals, Door door) {
        this.standing = standing;
        this.refusals = refusals;
        this.door = door;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        Optional<X509Certificate> certificate = certificate(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
        Context context =
                Context.current().withValue(Caller.REMOTE, call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
        if (certificate.isEmpty() && !mayCall(call.getAttributes())) {
            call.close(
                    Status.RESOURCE_EXHAUSTED.withDescription("too many calls without a certificate"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        if (certificate.isEmpty() && AccessTable.isOpen(method)) {
            return Contexts.interceptCall(context, call, headers, next);
        }
        try {
            Caller caller = examine(method, certificate);
            return Contexts.interceptCall(context.withValue(Caller.KEY, caller), call, headers, next);
        } catch (PeerException e) {
            refusals.record(e.reason());
            log.warn(
                    "{} is refused to {}: {}",
                    method,
                    call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR),
                    e.getMessage());
            boolean oversteps = e.reason() == Refusal.WRONG_ROLE;
            if (oversteps) {
                ends(call.getAttributes()).ifPresent(door::overstepped);
            }
            Status status = oversteps ? Status.PERMISSION_DENIED : Status.UNAUTHENTICATED;
            call.close(status.withDescription(e.getMessage()), new Metadata());
            return new ServerCall.Listener<>() {};
        }
    }

    private boolean mayCall(Attributes connection) {
        return ends(connection).map(door::mayCall).orElse(true);
    }

    private static Optional<Door.Ends> ends(Attributes connection) {
        return connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress from
                        && connection.get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR) instanceof InetSocketAddress to
                ? Optional.of(Door.Ends.of(from, to.getPort()))
                : Optional.empty();
    }

    private Caller examine(String method, Optional<X509Certificate> certificate) throws PeerException {
        if (certificate.isEmpty()) {
            throw new PeerException(
                    Refusal.NO_CERTIFICATE,
                    "%s needs a certificate\nJoin the cluster with a token of its administrator: offramp join --help"
                            .formatted(method));
        }
        Identity identity = standing.check(certificate.get());
        Set<Role> roles = AccessTable.method(method).orElse(Set.of());
        if (!roles.contains(identity.role())) {
            throw new PeerException(
                    Refusal.WRONG_ROLE,
                    "%s may not call %s: expected one of %s"
                            .formatted(
                                    identity,
                                    method,
                                    roles.stream().map(Role::label).toList()));
        }
        return new Caller(identity, certificate.get());
    }

    private static Optional<X509Certificate> certificate(@Nullable SSLSession session) {
        if (session == null) {
            return Optional.empty();
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain[0] instanceof X509Certificate found ? Optional.of(found) : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }
}
