package dev.offramp.coordinator.rpc;

import com.google.protobuf.ByteString;
import dev.offramp.coordinator.authority.EnrolmentDesk;
import dev.offramp.coordinator.authority.EnrolmentRefusal;
import dev.offramp.coordinator.authority.MemberStore.KeptToken;
import dev.offramp.coordinator.control.StoreException;
import dev.offramp.partition.ServiceId;
import dev.offramp.proto.access.Caller;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.Role;
import dev.offramp.proto.v1.Certificate;
import dev.offramp.proto.v1.CreateTokenRequest;
import dev.offramp.proto.v1.CreateTokenResponse;
import dev.offramp.proto.v1.EnrolmentGrpc;
import dev.offramp.proto.v1.IssuedCertificate;
import dev.offramp.proto.v1.JoinRequest;
import dev.offramp.proto.v1.ListCertificatesRequest;
import dev.offramp.proto.v1.ListCertificatesResponse;
import dev.offramp.proto.v1.ListTokensRequest;
import dev.offramp.proto.v1.ListTokensResponse;
import dev.offramp.proto.v1.RenewRequest;
import dev.offramp.proto.v1.RevokeCertificatesRequest;
import dev.offramp.proto.v1.RevokeCertificatesResponse;
import dev.offramp.proto.v1.RevokeTokenRequest;
import dev.offramp.proto.v1.RevokeTokenResponse;
import dev.offramp.proto.v1.Token;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How members come and go. Writes to the disk before it answers. Thread-safe. */
public final class EnrolmentService extends EnrolmentGrpc.EnrolmentImplBase {
    private static final Logger log = LoggerFactory.getLogger(EnrolmentService.class);
    private static final int RADIX = 16;

    private final EnrolmentDesk desk;

    public EnrolmentService(EnrolmentDesk desk) {
        this.desk = desk;
    }

    /** What answers one request. */
    @FunctionalInterface
    private interface Answer<T> {
        T make() throws EnrolmentRefusal, StoreException;
    }

    private static <T> void answer(StreamObserver<T> observer, Answer<T> answer) {
        try {
            Statuses.answer(observer, answer.make());
        } catch (EnrolmentRefusal | IllegalArgumentException e) {
            log.warn("enrolment: {}", e.getMessage());
            observer.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        } catch (StoreException e) {
            log.error("enrolment", e);
            observer.onError(Status.INTERNAL.withDescription(e.getMessage()).asRuntimeException());
        }
    }

    @Override
    public void join(JoinRequest request, StreamObserver<IssuedCertificate> observer) {
        InetAddress from = remote();
        answer(observer, () -> {
            X509Certificate certificate = desk.join(
                    request.getTokenId(), request.getSecret(), request.getCsr().toByteArray(), from);
            log.info("{} joins with token {}", certificate.getSubjectX500Principal(), request.getTokenId());
            return issued(certificate);
        });
    }

    @Override
    public void renew(RenewRequest request, StreamObserver<IssuedCertificate> observer) {
        Optional<Caller> caller = Caller.current();
        InetAddress from = remote();
        answer(observer, () -> {
            Caller member = caller.orElseThrow(() -> new EnrolmentRefusal("a renewal needs the former certificate"));
            return issued(desk.renew(
                    member.identity(), member.certificate(), request.getCsr().toByteArray(), from));
        });
    }

    /** Where the request of the current call comes from. */
    private static InetAddress remote() {
        SocketAddress address = Caller.remoteAddress().orElse(null);
        return address instanceof InetSocketAddress internet && internet.getAddress() != null
                ? internet.getAddress()
                : InetAddress.getLoopbackAddress();
    }

    private IssuedCertificate issued(X509Certificate certificate) {
        try {
            return IssuedCertificate.newBuilder()
                    .setCertificate(ByteString.copyFrom(certificate.getEncoded()))
                    .addAuthorities(ByteString.copyFrom(desk.authority().getEncoded()))
                    .build();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was just issued cannot be encoded", e);
        }
    }

    @Override
    public void createToken(CreateTokenRequest request, StreamObserver<CreateTokenResponse> observer) {
        answer(observer, () -> {
            Identity member = new Identity(Role.parse(request.getRole()), request.getName(), scope(request));
            EnrolmentDesk.NewToken created =
                    desk.createToken(member, request.getHostsList(), Duration.ofNanos(request.getTtlNanos()));
            return CreateTokenResponse.newBuilder()
                    .setToken(created.token().text())
                    .setExpiresEpochSeconds(created.expires().getEpochSecond())
                    .build();
        });
    }

    private static Optional<Identity.CameraScope> scope(CreateTokenRequest request) {
        return request.getService().isEmpty()
                ? Optional.empty()
                : Optional.of(new Identity.CameraScope(
                        new ServiceId(request.getService()), request.getFramesPerSecond(), request.getFrameBytes()));
    }

    @Override
    public void listTokens(ListTokensRequest request, StreamObserver<ListTokensResponse> observer) {
        answer(observer, () -> {
            var message = ListTokensResponse.newBuilder();
            Instant now = desk.now();
            for (KeptToken token : desk.tokens()) {
                message.addTokens(Token.newBuilder()
                        .setId(token.id())
                        .setMember(token.member().toString())
                        .setExpiresEpochSeconds(token.expires().getEpochSecond())
                        .setState(state(token, now)));
            }
            return message.build();
        });
    }

    private static String state(KeptToken token, Instant now) {
        if (token.revoked()) {
            return "revoked";
        }
        if (token.usedBy().isPresent()) {
            return "used";
        }
        return now.isBefore(token.expires()) ? "open" : "expired";
    }

    @Override
    public void revokeToken(RevokeTokenRequest request, StreamObserver<RevokeTokenResponse> observer) {
        answer(observer, () -> {
            desk.revokeToken(request.getId());
            return RevokeTokenResponse.getDefaultInstance();
        });
    }

    @Override
    public void listCertificates(ListCertificatesRequest request, StreamObserver<ListCertificatesResponse> observer) {
        answer(observer, () -> {
            var message = ListCertificatesResponse.newBuilder();
            desk.certificates()
                    .forEach(certificate -> message.addCertificates(Certificate.newBuilder()
                            .setSerial(certificate.serial().toString(RADIX))
                            .setMember(certificate.member().toString())
                            .setNotAfterEpochSeconds(certificate.notAfter().getEpochSecond())
                            .setRevoked(certificate.revoked())));
            return message.build();
        });
    }

    @Override
    public void revokeCertificates(
            RevokeCertificatesRequest request, StreamObserver<RevokeCertificatesResponse> observer) {
        answer(observer, () -> {
            String[] member = request.getMember().split("/", 2);
            if (member.length != 2) {
                throw new EnrolmentRefusal(
                        "'%s' names no member: expected role/name, e.g. agent/pi-3".formatted(request.getMember()));
            }
            int revoked = desk.revoke(Role.parse(member[0]), member[1]);
            if (revoked == 0) {
                throw new EnrolmentRefusal(
                        "%s has no certificate to revoke: see 'offramp cert ls'".formatted(request.getMember()));
            }
            log.info("{} certificates of {} are revoked", revoked, request.getMember());
            return RevokeCertificatesResponse.newBuilder().setRevoked(revoked).build();
        });
    }
}
