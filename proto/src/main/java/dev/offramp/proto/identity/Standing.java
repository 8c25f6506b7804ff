package dev.offramp.proto.identity;

import java.math.BigInteger;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;

/** Whether a certificate that an authority signed is still good: its time, and the list of those revoked. Thread-safe. */
public final class Standing {
    private final InstantSource clock;
    private volatile Set<BigInteger> revoked = Set.of();

    public Standing(InstantSource clock) {
        this.clock = clock;
    }

    /** From now on these are revoked, and no others. */
    public void revoke(Set<BigInteger> serials) {
        revoked = Set.copyOf(serials);
    }

    /** The member a certificate names. */
    public Identity check(X509Certificate certificate) throws PeerException {
        Identity identity;
        try {
            identity = Identity.of(certificate);
        } catch (CertificateException e) {
            throw new PeerException(Refusal.NO_IDENTITY, String.valueOf(e.getMessage()));
        }
        Instant now = clock.instant();
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            throw new PeerException(
                    Refusal.EXPIRED,
                    "the certificate of %s expired at %s: it needs a new token"
                            .formatted(identity, certificate.getNotAfter().toInstant()));
        }
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            throw new PeerException(
                    Refusal.NOT_YET_VALID,
                    "the certificate of %s begins at %s, and here it is %s\nMaybe one of the two clocks is wrong"
                            .formatted(identity, certificate.getNotBefore().toInstant(), now));
        }
        if (revoked.contains(certificate.getSerialNumber())) {
            throw new PeerException(Refusal.REVOKED, "the certificate of %s is revoked".formatted(identity));
        }
        return identity;
    }
}
