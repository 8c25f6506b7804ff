package dev.offramp.agent.ingress;

import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.proto.access.AccessTable;
import dev.offramp.proto.access.Door;
import dev.offramp.proto.access.DoorWatch;
import dev.offramp.proto.access.Guard;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.identity.Role;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.ext.web.RoutingContext;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * HTTP for members only: who may use which route says {@link AccessTable}, what a camera may send {@link CameraRights}.
 * Thread-safe.
 */
public final class HttpAccess {
    /** Key of the routing's member. */
    private static final String MEMBER = "member";

    /** For a stranger to ask, and be told what is missing. */
    private static final long STRANGERS_MILLIS = 10_000;

    private final LiveCredentials credentials;
    private final Door door;
    private final DoorWatch watch;
    private final CameraRights rights;

    public HttpAccess(Guard guard, CameraRights rights) {
        this.credentials = guard.credentials();
        this.door = guard.door();
        this.watch = guard.watch();
        this.rights = rights;
    }

    /** A client without a certificate gets as far as an answer that says so; one with a bad certificate does not. */
    void secure(HttpServerOptions options) {
        options.setSsl(true)
                .setUseAlpn(false)
                // Handshakes are computed beside the event loop: strangers' do not keep members' frames waiting.
                .setSslEngineOptions(new JdkSSLEngineOptions().setUseWorkerThread(true))
                .setKeyCertOptions(KeyCertOptions.wrap(credentials.keyManager()))
                .setTrustOptions(TrustOptions.wrap(
                        credentials.trustManager(peer -> Role.enrolled().contains(peer.role()))))
                .setClientAuth(ClientAuth.REQUEST);
    }

    /** A connection whose handshake is over: a member's may stay, others have their say and go. */
    void greet(HttpConnection connection, Vertx vertx) {
        if (watch.isMember(connection.sslSession())) {
            door.proved(ends(connection));
        } else {
            var unused = vertx.setTimer(STRANGERS_MILLIS, timer -> connection.close());
        }
    }

    private static Door.Ends ends(HttpConnection connection) {
        return new Door.Ends(
                connection.remoteAddress().hostAddress(),
                connection.remoteAddress().port(),
                connection.localAddress().port());
    }

    /** The first of all handlers: who passes may use this route. */
    void examine(RoutingContext routing) throws RefusalException {
        Identity member = member(routing);
        Set<Role> roles = route(routing)
                .flatMap(AccessTable::route)
                .orElseThrow(() -> Failures.nothingAt(routing.request().path()));
        if (!roles.contains(member.role())) {
            credentials.refusals().record(Refusal.WRONG_ROLE);
            door.overstepped(ends(routing.request().connection()));
            throw new RefusalException(
                    ErrorCode.FORBIDDEN,
                    "%s may not use %s %s"
                            .formatted(
                                    member,
                                    routing.request().method(),
                                    routing.request().path()),
                    "one of the roles " + roles.stream().map(Role::label).toList(),
                    "Ask the administrator for a token of such a role");
        }
        routing.put(MEMBER, member);
    }

    private Identity member(RoutingContext routing) throws RefusalException {
        try {
            SSLSession session = routing.request().connection().sslSession();
            return rights.member((X509Certificate) session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException e) {
            credentials.refusals().record(Refusal.NO_CERTIFICATE);
            throw CameraRights.unauthenticated("the client shows no certificate");
        }
    }

    /** Whether the member's certificate still counts on a request that may have begun long ago. */
    void examineAgain(RoutingContext routing) throws RefusalException {
        var unused = member(routing);
    }

    /** The table's route that the request is for. */
    private static Optional<String> route(RoutingContext routing) {
        String[] path = routing.normalizedPath().split("/", -1);
        return AccessTable.routes().stream()
                .filter(route -> {
                    String[] parts = route.split(" ", 2);
                    return parts[0].equals(routing.request().method().name()) && matches(parts[1].split("/", -1), path);
                })
                .findFirst();
    }

    private static boolean matches(String[] template, String[] path) {
        if (template.length != path.length) {
            return false;
        }
        for (int i = 0; i < template.length; i++) {
            if (!template[i].startsWith(":") && !template[i].equals(path[i])) {
                return false;
            }
        }
        return true;
    }

    /** Whether a frame of that service may come in, as far as its head tells. */
    void admit(RoutingContext routing, Service service) throws RefusalException {
        rights.admit(examined(routing), service.id());
        rights.admitOneMore(examined(routing));
    }

    /** Whether a frame of that size may come in. */
    void admit(RoutingContext routing, int frameBytes) throws RefusalException {
        rights.admit(examined(routing), frameBytes);
    }

    /** Whether that camera's frames may come in. */
    void admit(RoutingContext routing, ServiceId service, String camera) throws RefusalException {
        rights.admit(examined(routing), service, camera);
    }

    /** Whether one more frame, of that size, may come in now on a request that may have begun long ago. */
    void admitOneMore(RoutingContext routing, int frameBytes) throws RefusalException {
        rights.admitOneMore(member(routing), frameBytes);
    }

    private static Identity examined(RoutingContext routing) {
        return Objects.requireNonNull(routing.<Identity>get(MEMBER), "the routing was not examined");
    }
}
