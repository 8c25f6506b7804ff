package dev.offramp.proto.identity;

import dev.offramp.partition.artifact.Digest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Believes a coordinator whose authority has the key that a token names: for the first connection of a new member, which
 * has nothing else yet. Remembers that authority. Thread-safe.
 */
public final class PinnedTrust extends ChainTrust {
    private final Digest pinned;
    private final Standing standing;
    private volatile Optional<X509Certificate> authority = Optional.empty();

    public PinnedTrust(Digest pinned, Standing standing) {
        this.pinned = pinned;
        this.standing = standing;
    }

    /** Whoever was believed last; empty before the first connection. */
    public Optional<X509Certificate> authority() {
        return authority;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        X509Certificate found = Arrays.stream(chain)
                .filter(one -> one.getBasicConstraints() >= 0)
                .filter(one -> KeyPairs.digest(one.getPublicKey()).equals(pinned))
                .findFirst()
                .orElseThrow(() -> new PeerException(
                        Refusal.FOREIGN_CA,
                        "what answers there belongs to another CA than the token's (%s)\nMaybe the address is wrong, or the token is another cluster's"
                                .formatted(pinned.abbreviated())));
        new PeerTrust(() -> List.of(found), standing, identity -> identity.role() == Role.COORDINATOR, reason -> {})
                .checkServerTrusted(chain, authType);
        authority = Optional.of(found);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("a new member takes no connections");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
