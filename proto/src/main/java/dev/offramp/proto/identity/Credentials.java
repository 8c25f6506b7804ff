package dev.offramp.proto.identity;

import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a member proves itself with, and whom it believes. Immutable.
 *
 * @param key of the first certificate
 * @param chain the member's own certificate, then those that lead to its authority
 * @param authorities whose signatures are believed
 */
public record Credentials(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> authorities) {
    private static final double RENEWED_AFTER = 2.0 / 3.0;

    public Credentials {
        chain = List.copyOf(chain);
        authorities = List.copyOf(authorities);
        if (chain.isEmpty() || authorities.isEmpty()) {
            throw new IllegalArgumentException("credentials need a certificate and an authority");
        }
    }

    public X509Certificate certificate() {
        return chain.getFirst();
    }

    public Identity identity() throws CertificateException {
        return Identity.of(certificate());
    }

    public Instant notAfter() {
        return certificate().getNotAfter().toInstant();
    }

    /** When two thirds of its life are over. */
    public Instant renewAt() {
        Instant begin = certificate().getNotBefore().toInstant();
        return begin.plus(
                Duration.ofMillis((long) (Duration.between(begin, notAfter()).toMillis() * RENEWED_AFTER)));
    }

    /** Not the key. */
    @Override
    public String toString() {
        return "Credentials[" + certificate().getSubjectX500Principal() + "]";
    }
}
