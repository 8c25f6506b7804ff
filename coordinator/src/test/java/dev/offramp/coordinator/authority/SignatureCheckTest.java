package dev.offramp.coordinator.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.DocumentSigner;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.KeyPairs;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.proto.identity.PeerException;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.identity.Role;
import dev.offramp.proto.identity.SignatureCheck;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignatureCheckTest {
    private static final Duration LIFE = Duration.ofHours(10);
    private static final byte[] DOCUMENT = "what is to be run".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    private Instant now = Instant.now();
    private CertificateAuthority authority;
    private LiveCredentials agent;
    private SignatureCheck check;

    @BeforeEach
    void open() throws Exception {
        authority = authority("pki");
        KeyPair key = KeyPairs.forConnections();
        agent = LiveCredentials.of(
                new Credentials(
                        key.getPrivate(),
                        List.of(authority.issue(
                                Identity.of(Role.AGENT, "pi-3"), key.getPublic(), List.of(), now, LIFE)),
                        List.of(authority.certificate())),
                () -> now);
        check = new SignatureCheck(agent);
    }

    private CertificateAuthority authority(String folder) throws Exception {
        return CertificateAuthority.open(directory.resolve(folder), now, new SecureRandom());
    }

    private DocumentSigner signer(CertificateAuthority by, Role role) {
        KeyPair key = KeyPairs.forSignatures();
        return new DocumentSigner(
                key.getPrivate(), by.issue(Identity.of(role, "coordinator"), key.getPublic(), List.of(), now, LIFE));
    }

    private void refuses(ThrowingCallable attempt, long counted) {
        assertThatThrownBy(attempt).isInstanceOfSatisfying(PeerException.class, e -> assertThat(e.reason())
                .isEqualTo(Refusal.SIGNATURE));
        assertThat(agent.refusals().counts()).containsEntry(Refusal.SIGNATURE, counted);
    }

    @Test
    void believesASignerOfTheCluster() throws Exception {
        DocumentSigner signer = signer(authority, Role.SIGNER);
        check.check(DOCUMENT, signer.sign(DOCUMENT), signer.certificate());
        assertThat(agent.refusals().counts().getOrDefault(Refusal.SIGNATURE, 0L))
                .isZero();
    }

    @Test
    void refusesAnotherDocumentAndNoSignature() {
        DocumentSigner signer = signer(authority, Role.SIGNER);
        byte[] signature = signer.sign(DOCUMENT);
        byte[] other = DOCUMENT.clone();
        other[0] ^= 1;
        refuses(() -> check.check(other, signature, signer.certificate()), 1);
        refuses(() -> check.check(DOCUMENT, new byte[0], signer.certificate()), 2);
        refuses(() -> check.check(DOCUMENT, signature, new byte[0]), 3);
        refuses(() -> check.check(DOCUMENT, signature, new byte[] {1, 2, 3}), 4);
    }

    @Test
    void refusesASignerOfAnotherClusterAndAMemberThatIsNone() throws Exception {
        DocumentSigner foreign = signer(authority("elsewhere"), Role.SIGNER);
        refuses(() -> check.check(DOCUMENT, foreign.sign(DOCUMENT), foreign.certificate()), 1);
        DocumentSigner member = signer(authority, Role.ADMIN);
        refuses(() -> check.check(DOCUMENT, member.sign(DOCUMENT), member.certificate()), 2);
    }

    @Test
    void refusesASignerWhoseTimeIsOver() {
        DocumentSigner signer = signer(authority, Role.SIGNER);
        byte[] signature = signer.sign(DOCUMENT);
        now = now.plus(LIFE).plusSeconds(1);
        refuses(() -> check.check(DOCUMENT, signature, signer.certificate()), 1);
    }
}
