package dev.offramp.proto.access;

import com.google.protobuf.ByteString;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.access.EnrolmentException.Kind;
import dev.offramp.proto.identity.CertificateRequest;
import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.JoinToken;
import dev.offramp.proto.identity.KeyPairs;
import dev.offramp.proto.identity.PeerException;
import dev.offramp.proto.identity.Pem;
import dev.offramp.proto.identity.PinnedTrust;
import dev.offramp.proto.identity.Standing;
import dev.offramp.proto.v1.EnrolmentGrpc;
import dev.offramp.proto.v1.IssuedCertificate;
import dev.offramp.proto.v1.JoinRequest;
import dev.offramp.proto.v1.RenewRequest;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The member's side of enrolment: a first certificate for a token, and the next one for the last. Stateless. */
public final class Enroller {
    private Enroller() {}

    /**
     * The first certificate of {@code key}. Nobody is believed but a coordinator of the token's CA.
     *
     * @param patience longest wait for the answer
     */
    public static Credentials join(
            HostPort coordinator, JoinToken token, KeyPair key, Standing standing, Duration patience)
            throws EnrolmentException {
        PinnedTrust trust = new PinnedTrust(token.authority(), standing);
        ChannelCredentials pinned =
                TlsChannelCredentials.newBuilder().trustManager(trust).build();
        ManagedChannel channel = Grpc.newChannelBuilderForAddress(coordinator.host(), coordinator.port(), pinned)
                .build();
        try {
            IssuedCertificate issued = EnrolmentGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
                    .join(JoinRequest.newBuilder()
                            .setTokenId(token.id())
                            .setSecret(token.secret())
                            .setCsr(ByteString.copyFrom(CertificateRequest.of(token.id(), key)))
                            .build());
            return new Credentials(
                    key.getPrivate(),
                    chain(issued, key.getPublic()),
                    List.of(trust.authority().orElseThrow()));
        } catch (StatusRuntimeException e) {
            throw translate(e, coordinator.toString());
        } finally {
            channel.shutdownNow();
        }
    }

    /** The next certificate of the same key. */
    public static Credentials renew(Channel coordinator, Credentials current, Duration patience)
            throws EnrolmentException {
        PublicKey publicKey = current.certificate().getPublicKey();
        try {
            IssuedCertificate issued = EnrolmentGrpc.newBlockingStub(coordinator)
                    .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
                    .renew(RenewRequest.newBuilder()
                            .setCsr(ByteString.copyFrom(
                                    CertificateRequest.of("renewal", new KeyPair(publicKey, current.key()))))
                            .build());
            return new Credentials(current.key(), chain(issued, publicKey), authorities(issued));
        } catch (StatusRuntimeException e) {
            throw translate(e, "the coordinator");
        }
    }

    private static List<X509Certificate> chain(IssuedCertificate issued, PublicKey key) throws EnrolmentException {
        List<X509Certificate> chain = certificates(List.of(issued.getCertificate()));
        if (!KeyPairs.digest(chain.getFirst().getPublicKey()).equals(KeyPairs.digest(key))) {
            throw new EnrolmentException(
                    Kind.REFUSED,
                    "the certificate is for another key than this member's",
                    new CertificateException("key"));
        }
        return chain;
    }

    private static List<X509Certificate> authorities(IssuedCertificate issued) throws EnrolmentException {
        return certificates(issued.getAuthoritiesList());
    }

    private static List<X509Certificate> certificates(List<ByteString> encoded) throws EnrolmentException {
        try {
            List<X509Certificate> certificates = new ArrayList<>();
            for (ByteString one : encoded) {
                certificates.addAll(Pem.certificates(one.toByteArray()));
            }
            if (certificates.isEmpty()) {
                throw new CertificateException("there is none");
            }
            return certificates;
        } catch (CertificateException e) {
            throw new EnrolmentException(
                    Kind.REFUSED, "the coordinator answers with no certificate: " + e.getMessage(), e);
        }
    }

    private static EnrolmentException translate(StatusRuntimeException e, String coordinator) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof PeerException refused) {
                return new EnrolmentException(Kind.REFUSED, String.valueOf(refused.getMessage()), e);
            }
        }
        String said = e.getStatus().getDescription() == null
                ? e.getStatus().getCode().name()
                : e.getStatus().getDescription();
        return switch (e.getStatus().getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL ->
                new EnrolmentException(Kind.UNAVAILABLE, "%s does not answer (%s)".formatted(coordinator, said), e);
            default -> new EnrolmentException(Kind.REFUSED, said, e);
        };
    }
}
