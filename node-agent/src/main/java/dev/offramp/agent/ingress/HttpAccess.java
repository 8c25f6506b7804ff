package dev.offramp.agent.ingress;

import dev.offramp.partition.Service;
import dev.offramp.proto.access.AccessTable;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.proto.identity.PeerException;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.identity.Role;
import dev.offramp.time.NanoClock;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.ext.web.RoutingContext;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * HTTP for members only: who may use which route says {@link AccessTable}; a camera sends frames of its own service, no
 * more and no larger ones than its certificate says. Confined to the HTTP event loop.
 */
public final class HttpAccess {
    /** Key of the routing's member. */
    private static final String MEMBER = "member";

    private static final double NANOS_PER_SECOND = 1e9;

    private final LiveCredentials credentials;
    private final NanoClock clock;
    private final Map<String, Allowance> allowances = new HashMap<>();

    public HttpAccess(LiveCredentials credentials, NanoClock clock) {
        this.credentials = credentials;
        this.clock = clock;
    }

    /** Frames that a camera may send now; a second's worth at most. */
    private static final class Allowance {
        private double frames;
        private long filledNanos;

        Allowance(double frames, long nowNanos) {
            this.frames = frames;
            this.filledNanos = nowNanos;
        }

        boolean take(int framesPerSecond, long nowNanos) {
            frames = Math.min(framesPerSecond, frames + (nowNanos - filledNanos) / NANOS_PER_SECOND * framesPerSecond);
            filledNanos = nowNanos;
            if (frames < 1) {
                return false;
            }
            frames--;
            return true;
        }
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

    /** The first of all handlers: who passes may use this route. */
    void examine(RoutingContext routing) throws RefusalException {
        Identity member = member(routing);
        Set<Role> roles = route(routing)
                .flatMap(AccessTable::route)
                .orElseThrow(() -> Failures.nothingAt(routing.request().path()));
        if (!roles.contains(member.role())) {
            credentials.refusals().record(Refusal.WRONG_ROLE);
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
        SSLSession session = routing.request().connection().sslSession();
        try {
            Certificate[] chain = session.getPeerCertificates();
            return credentials.standing().check((X509Certificate) chain[0]);
        } catch (SSLPeerUnverifiedException e) {
            credentials.refusals().record(Refusal.NO_CERTIFICATE);
            throw unauthenticated("the client shows no certificate");
        } catch (PeerException e) {
            credentials.refusals().record(e.reason());
            throw unauthenticated(String.valueOf(e.getMessage()));
        }
    }

    private static RefusalException unauthenticated(String message) {
        return new RefusalException(
                ErrorCode.UNAUTHENTICATED,
                message,
                "a certificate of this cluster",
                "Join with a token: offramp join; then e.g. curl --cacert ca.pem --cert cert.pem --key key.pem");
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
        Optional<Identity.CameraScope> scope = scope(routing);
        if (scope.isEmpty()) {
            return;
        }
        Identity camera = examined(routing);
        if (!scope.get().service().equals(service.id())) {
            credentials.refusals().record(Refusal.WRONG_ROLE);
            throw new RefusalException(
                    ErrorCode.FORBIDDEN,
                    "%s is no camera of %s".formatted(camera, service.id()),
                    "frames of " + scope.get().service(),
                    "Ask the administrator for a token of that service");
        }
        int rate = scope.get().framesPerSecond();
        long now = clock.nanoTime();
        if (!allowances
                .computeIfAbsent(camera.name(), name -> new Allowance(rate, now))
                .take(rate, now)) {
            throw new RefusalException(
                    ErrorCode.RATE_LIMITED,
                    "%s sends more than it may".formatted(camera),
                    "at most %d frames a second".formatted(rate),
                    "Send slower, or ask the administrator for a token with a higher --rate");
        }
    }

    /** Whether a frame of that size may come in. */
    void admit(RoutingContext routing, int frameBytes) throws RefusalException {
        Optional<Identity.CameraScope> scope = scope(routing);
        if (scope.isPresent() && frameBytes > scope.get().frameBytes()) {
            throw new RefusalException(
                    ErrorCode.OVERSIZE,
                    "the frame has %d bytes".formatted(frameBytes),
                    "at most %d, as the camera's certificate says"
                            .formatted(scope.get().frameBytes()),
                    "Compress the frame, or ask the administrator for a token with a larger --frame-size");
        }
    }

    private static Optional<Identity.CameraScope> scope(RoutingContext routing) {
        return examined(routing).scope();
    }

    private static Identity examined(RoutingContext routing) {
        return Objects.requireNonNull(routing.<Identity>get(MEMBER), "the routing was not examined");
    }
}
