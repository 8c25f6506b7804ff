package dev.offramp.coordinator.authority;

import dev.offramp.coordinator.authority.MemberStore.KeptCertificate;
import dev.offramp.coordinator.authority.MemberStore.KeptToken;
import dev.offramp.coordinator.control.StoreException;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.JoinToken;
import dev.offramp.proto.identity.KeyPairs;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.identity.RefusalCounter;
import dev.offramp.proto.identity.Role;
import dev.offramp.proto.identity.Standing;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Gives out tokens and certificates, and takes them back. Thread-safe. */
public final class EnrolmentDesk {
    private static final Duration LONGEST_TOKEN = Duration.ofDays(30);
    private static final int MAX_HOSTS = 16;

    private final CertificateAuthority authority;
    private final MemberStore store;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Duration life;
    private final Standing standing;
    private final RefusalCounter refusals;
    private volatile Consumer<Set<BigInteger>> revocations = serials -> {};

    /** @param life of the certificates it issues */
    public EnrolmentDesk(
            CertificateAuthority authority,
            MemberStore store,
            InstantSource clock,
            SecureRandom random,
            Duration life,
            Standing standing,
            RefusalCounter refusals) {
        this.authority = authority;
        this.store = store;
        this.clock = clock;
        this.random = random;
        this.life = life;
        this.standing = standing;
        this.refusals = refusals;
    }

    /** A token and its end. */
    public record NewToken(JoinToken token, Instant expires) {}

    /** Who is told of every change of the revoked certificates, and of their first state. */
    public void connect(Consumer<Set<BigInteger>> sink) throws StoreException {
        revocations = sink;
        tellRevoked();
    }

    private void tellRevoked() throws StoreException {
        Set<BigInteger> revoked = store.revoked(clock.instant());
        standing.revoke(revoked);
        revocations.accept(revoked);
    }

    public NewToken createToken(Identity member, List<String> hosts, Duration ttl)
            throws EnrolmentRefusal, StoreException {
        if (!Role.enrolled().contains(member.role())) {
            throw new EnrolmentRefusal("there are no tokens for a %s: expected one of %s"
                    .formatted(
                            member.role().label(),
                            Role.enrolled().stream().map(Role::label).toList()));
        }
        if (ttl.isNegative() || ttl.isZero() || ttl.compareTo(LONGEST_TOKEN) > 0) {
            throw new EnrolmentRefusal("a token for %d s: expected more than 0 and at most %d h"
                    .formatted(ttl.toSeconds(), LONGEST_TOKEN.toHours()));
        }
        Optional<String> wrong =
                hosts.stream().filter(host -> !Hosts.isHost(host)).findFirst();
        if (wrong.isPresent() || hosts.size() > MAX_HOSTS) {
            throw new EnrolmentRefusal("hosts %s: expected at most %d names or addresses".formatted(hosts, MAX_HOSTS));
        }
        JoinToken token = JoinToken.create(authority.keyDigest(), random);
        Instant expires = clock.instant().plus(ttl);
        store.keep(new KeptToken(token.id(), digest(token.secret()), member, hosts, expires, Optional.empty(), false));
        return new NewToken(token, expires);
    }

    private static Digest digest(String secret) {
        return Digest.of(secret.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * A first certificate. The token is spent before it is issued; whoever lost the answer asks again with the same key.
     *
     * @param from where the new member connects from
     */
    public X509Certificate join(String tokenId, String secret, byte[] request, InetAddress from)
            throws EnrolmentRefusal, StoreException {
        PublicKey key = CertificateAuthority.keyOf(request);
        Instant now = clock.instant();
        boolean redeemed = store.redeem(tokenId, digest(secret), KeyPairs.digest(key), now);
        Optional<KeptToken> token = store.token(tokenId);
        if (!redeemed || token.isEmpty()) {
            refusals.record(Refusal.TOKEN);
            throw new EnrolmentRefusal(why(token, secret, now));
        }
        return issue(token.get().member(), key, token.get().hosts(), from);
    }

    private static String why(Optional<KeptToken> token, String secret, Instant now) {
        String cure = "\nAsk the administrator for a new one: offramp token create";
        if (token.isEmpty() || !token.get().secret().equals(digest(secret))) {
            return "this token is not known here" + cure;
        }
        if (token.get().revoked()) {
            return "token %s is revoked".formatted(token.get().id()) + cure;
        }
        if (!now.isBefore(token.get().expires())) {
            return "token %s expired at %s"
                            .formatted(token.get().id(), token.get().expires())
                    + cure;
        }
        return "token %s was used already, by another key".formatted(token.get().id()) + cure;
    }

    /** The next certificate of a member in good standing. */
    public X509Certificate renew(Identity member, X509Certificate current, byte[] request, InetAddress from)
            throws EnrolmentRefusal, StoreException {
        PublicKey key = CertificateAuthority.keyOf(request);
        List<String> hosts = store.certificate(current.getSerialNumber())
                .map(KeptCertificate::hosts)
                .orElse(List.of());
        return issue(member, key, hosts, from);
    }

    private X509Certificate issue(Identity member, PublicKey key, List<String> said, InetAddress from)
            throws StoreException {
        X509Certificate certificate =
                authority.issue(member, key, Hosts.of(member.name(), said, from), clock.instant(), life);
        store.keep(new KeptCertificate(
                certificate.getSerialNumber(),
                member,
                said,
                certificate.getNotAfter().toInstant(),
                false));
        return certificate;
    }

    public X509Certificate authority() {
        return authority.certificate();
    }

    public List<KeptToken> tokens() throws StoreException {
        return store.tokens();
    }

    public void revokeToken(String id) throws EnrolmentRefusal, StoreException {
        if (!store.revokeToken(id)) {
            throw new EnrolmentRefusal("there is no token %s that could still be used".formatted(id));
        }
    }

    public List<KeptCertificate> certificates() throws StoreException {
        return store.certificates(clock.instant());
    }

    /** How many certificates the member has lost. */
    public int revoke(Role role, String name) throws StoreException {
        int revoked = store.revokeCertificates(role, name, clock.instant());
        tellRevoked();
        return revoked;
    }

    public Instant now() {
        return clock.instant();
    }

    /** Forgets what has expired. */
    public void tidy() throws StoreException {
        store.forget(clock.instant().minus(LONGEST_TOKEN));
    }
}
