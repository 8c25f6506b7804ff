package dev.offramp.coordinator.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.coordinator.authority.MemberStore.KeptCertificate;
import dev.offramp.coordinator.authority.MemberStore.KeptToken;
import dev.offramp.coordinator.control.StoreException;
import dev.offramp.coordinator.store.Database;
import dev.offramp.coordinator.store.SqliteMemberStore;
import dev.offramp.proto.identity.CertificateRequest;
import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.JoinToken;
import dev.offramp.proto.identity.KeyPairs;
import dev.offramp.proto.identity.PeerException;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.identity.RefusalCounter;
import dev.offramp.proto.identity.Role;
import dev.offramp.proto.identity.Standing;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrolmentDeskTest {
    private static final Identity PI = Identity.of(Role.AGENT, "pi-3");
    private static final Duration LIFE = Duration.ofHours(10);

    @TempDir
    private Path directory;

    private Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final Standing standing = new Standing(() -> now);
    private final RefusalCounter refusals = new RefusalCounter();
    private EnrolmentDesk desk;

    @BeforeEach
    void open() throws Exception {
        SecureRandom random = new SecureRandom();
        desk = new EnrolmentDesk(
                CertificateAuthority.open(directory.resolve("pki"), now, random),
                new SqliteMemberStore(Database.open(directory)),
                () -> now,
                random,
                LIFE,
                standing,
                refusals);
    }

    private JoinToken token() throws EnrolmentRefusal, StoreException {
        return desk.createToken(PI, List.of("pi-3.local"), Duration.ofHours(1)).token();
    }

    private X509Certificate join(JoinToken token, KeyPair key) throws EnrolmentRefusal, StoreException {
        return desk.join(
                token.id(), token.secret(), CertificateRequest.of("whoever", key), InetAddress.getLoopbackAddress());
    }

    @Test
    void aTokenBringsACertificateOfWhomItWasMadeForWhateverTheRequestSays() throws Exception {
        X509Certificate certificate = join(token(), KeyPairs.forConnections());
        assertThat(Identity.of(certificate)).isEqualTo(PI);
        assertThat(certificate.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .contains("offramp://agent/pi-3", "pi-3.local", "pi-3", "127.0.0.1", "localhost");
        certificate.verify(desk.authority().getPublicKey());
    }

    @Test
    void aCertificateBeginsALittleInThePastAndIsRenewedWhenTwoThirdsAreOver() throws Exception {
        KeyPair key = KeyPairs.forConnections();
        X509Certificate certificate = join(token(), key);
        assertThat(certificate.getNotBefore().toInstant()).isEqualTo(now.minus(Duration.ofMinutes(5)));
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(now.plus(LIFE));
        Instant renewAt = new Credentials(key.getPrivate(), List.of(certificate), List.of(desk.authority())).renewAt();
        assertThat(renewAt)
                .isBetween(
                        now.plus(LIFE.multipliedBy(6).dividedBy(10)),
                        now.plus(LIFE.multipliedBy(7).dividedBy(10)));
    }

    @Test
    void aTokenUsedByTwoAtOnceWorksForOne() throws Exception {
        JoinToken token = token();
        int many = 8;
        CyclicBarrier start = new CyclicBarrier(many);
        ExecutorService threads = Executors.newFixedThreadPool(many);
        try {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                KeyPair key = KeyPairs.forConnections();
                Callable<Boolean> attempt = () -> {
                    start.await();
                    try {
                        var unused = join(token, key);
                        return true;
                    } catch (EnrolmentRefusal e) {
                        return false;
                    }
                };
                all.add(threads.submit(attempt));
            }
            int joined = 0;
            for (Future<Boolean> one : all) {
                joined += one.get() ? 1 : 0;
            }
            assertThat(joined).isEqualTo(1);
            assertThat(refusals.counts()).containsEntry(Refusal.TOKEN, (long) many - 1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aTokenSpentBeforeACrashStaysSpentForOthersAndServesItsOwnerAgain() throws Exception {
        JoinToken token = token();
        KeyPair owner = KeyPairs.forConnections();
        var unused = join(token, owner);
        open();
        assertThat(Identity.of(join(token, owner))).isEqualTo(PI);
        assertThatThrownBy(() -> join(token, KeyPairs.forConnections()))
                .isInstanceOf(EnrolmentRefusal.class)
                .hasMessageContaining("used already");
    }

    @Test
    void refusesAnExpiredARevokedAndAnUnknownToken() throws Exception {
        JoinToken revoked = token();
        desk.revokeToken(revoked.id());
        assertThatThrownBy(() -> join(revoked, KeyPairs.forConnections())).hasMessageContaining("is revoked");
        JoinToken expired = token();
        JoinToken forged = new JoinToken(expired.id(), token().secret(), expired.authority());
        assertThatThrownBy(() -> join(forged, KeyPairs.forConnections())).hasMessageContaining("not known");
        now = now.plus(Duration.ofHours(1));
        assertThatThrownBy(() -> join(expired, KeyPairs.forConnections())).hasMessageContaining("expired at");
        assertThat(refusals.counts()).containsEntry(Refusal.TOKEN, 3L);
    }

    @Test
    void refusesARequestThatItsKeyDidNotSign() throws Exception {
        JoinToken token = token();
        byte[] request = CertificateRequest.of("pi-3", KeyPairs.forConnections());
        request[request.length - 1] ^= 1;
        assertThatThrownBy(() -> desk.join(token.id(), token.secret(), request, InetAddress.getLoopbackAddress()))
                .isInstanceOf(EnrolmentRefusal.class);
        assertThatThrownBy(() -> desk.join(token.id(), token.secret(), new byte[0], InetAddress.getLoopbackAddress()))
                .isInstanceOf(EnrolmentRefusal.class);
        assertThat(desk.tokens()).extracting(KeptToken::usedBy).allMatch(Optional::isEmpty);
    }

    @Test
    void theSecretIsNowhereOnDiskAndTheKeyIsItsOwnersOnly() throws Exception {
        String secret = token().secret();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(secret);
            }
        }
        assertThat(permissions("pki")).isEqualTo("rwx------");
        assertThat(permissions("pki/ca-key.pem")).isEqualTo("rw-------");
    }

    private String permissions(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file)));
    }

    @Test
    void aRevokedMemberIsInBadStandingAlsoAfterARestart() throws Exception {
        X509Certificate certificate = join(token(), KeyPairs.forConnections());
        assertThat(standing.check(certificate)).isEqualTo(PI);
        assertThat(desk.revoke(Role.AGENT, "pi-3")).isEqualTo(1);
        assertThatThrownBy(() -> standing.check(certificate))
                .isInstanceOfSatisfying(
                        PeerException.class, e -> assertThat(e.reason()).isEqualTo(Refusal.REVOKED));
        open();
        standing.revoke(Set.of());
        desk.connect(serials -> assertThat(serials).containsExactly(certificate.getSerialNumber()));
        assertThatThrownBy(() -> standing.check(certificate)).hasMessageContaining("revoked");
        assertThat(desk.certificates()).extracting(KeptCertificate::revoked).containsExactly(true);
    }

    @Test
    void anExpiredCertificateAndOneOfTheFutureAreRefusedWithTheReason() throws Exception {
        X509Certificate certificate = join(token(), KeyPairs.forConnections());
        Instant issued = now;
        now = issued.plus(LIFE).plusSeconds(1);
        assertThatThrownBy(() -> standing.check(certificate)).hasMessageContaining("expired at");
        now = issued.minus(Duration.ofMinutes(6));
        assertThatThrownBy(() -> standing.check(certificate)).hasMessageContaining("clocks is wrong");
        now = issued.minus(Duration.ofMinutes(4));
        assertThat(standing.check(certificate)).isEqualTo(PI);
    }
}
