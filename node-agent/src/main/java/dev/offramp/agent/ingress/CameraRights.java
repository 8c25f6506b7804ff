package dev.offramp.agent.ingress;

import dev.offramp.partition.ServiceId;
import dev.offramp.proto.access.TokenBucket;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.proto.identity.PeerException;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.time.NanoClock;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a member that is a camera may send, over HTTP and gRPC together: frames of its own service, under its own name, no
 * more and no larger ones than its certificate says. Members of other roles may send what their role allows. Thread-safe.
 */
public final class CameraRights {
    private final LiveCredentials credentials;
    private final NanoClock clock;
    private final Map<String, TokenBucket> allowances = new HashMap<>();

    public CameraRights(LiveCredentials credentials, NanoClock clock) {
        this.credentials = credentials;
        this.clock = clock;
    }

    /** The member that a certificate names, if the certificate is still good: streams may outlive it. */
    public Identity member(X509Certificate certificate) throws RefusalException {
        try {
            return credentials.standing().check(certificate);
        } catch (PeerException e) {
            credentials.refusals().record(e.reason());
            throw unauthenticated(String.valueOf(e.getMessage()));
        }
    }

    static RefusalException unauthenticated(String message) {
        return new RefusalException(
                ErrorCode.UNAUTHENTICATED,
                message,
                "a certificate of this cluster",
                "Join with a token: offramp join; then e.g. curl --cacert ca.pem --cert cert.pem --key key.pem");
    }

    /** Whether it may send frames of that service. */
    void admit(Identity member, ServiceId service) throws RefusalException {
        Optional<Identity.CameraScope> scope = member.scope();
        if (scope.isPresent() && !scope.get().service().equals(service)) {
            credentials.refusals().record(Refusal.WRONG_ROLE);
            throw new RefusalException(
                    ErrorCode.FORBIDDEN,
                    "%s is no camera of %s".formatted(member, service),
                    "frames of " + scope.get().service(),
                    "Ask the administrator for a token of that service");
        }
    }

    /** Whether it may send as that camera of that service. */
    public void admit(Identity member, ServiceId service, String camera) throws RefusalException {
        admit(member, service);
        if (member.scope().isPresent() && !member.name().equals(camera)) {
            credentials.refusals().record(Refusal.WRONG_NAME);
            throw new RefusalException(
                    ErrorCode.FORBIDDEN,
                    "%s may not send as camera '%s'".formatted(member, camera),
                    "frames of camera '%s'".formatted(member.name()),
                    "Ask the administrator for a token of that name");
        }
    }

    /** Whether it may send one more frame now. */
    void admitOneMore(Identity member) throws RefusalException {
        if (member.scope().isEmpty()) {
            return;
        }
        int rate = member.scope().get().framesPerSecond();
        long now = clock.nanoTime();
        boolean taken;
        synchronized (allowances) {
            taken = allowances
                    .computeIfAbsent(member.name(), name -> new TokenBucket(rate, rate, now))
                    .take(now);
        }
        if (!taken) {
            throw new RefusalException(
                    ErrorCode.RATE_LIMITED,
                    "%s sends more than it may".formatted(member),
                    "at most %d frames a second".formatted(rate),
                    "Send slower, or ask the administrator for a token with a higher --rate");
        }
    }

    /** Whether a frame of that size may come in. */
    void admit(Identity member, int frameBytes) throws RefusalException {
        Optional<Identity.CameraScope> scope = member.scope();
        if (scope.isPresent() && frameBytes > scope.get().frameBytes()) {
            throw new RefusalException(
                    ErrorCode.OVERSIZE,
                    "the frame has %d bytes".formatted(frameBytes),
                    "at most %d, as the camera's certificate says"
                            .formatted(scope.get().frameBytes()),
                    "Compress the frame, or ask the administrator for a token with a larger --frame-size");
        }
    }

    /** Whether it may send one more frame, of that size, now. */
    public void admitOneMore(Identity member, int frameBytes) throws RefusalException {
        admit(member, frameBytes);
        admitOneMore(member);
    }
}
