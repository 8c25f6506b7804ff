package dev.offramp.coordinator.authority;

import dev.offramp.coordinator.control.StoreException;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.Role;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tokens and certificates that were given out. What a method has done is durable when it returns. Thread-safe. */
public interface MemberStore {
    /**
     * A token.
     *
     * @param secret SHA-256 of it: the secret itself is nowhere
     * @param hosts that its member's certificates name
     * @param usedBy digest of the key it was redeemed for
     */
    record KeptToken(
            String id,
            Digest secret,
            Identity member,
            List<String> hosts,
            Instant expires,
            Optional<Digest> usedBy,
            boolean revoked) {}

    /** A certificate. */
    record KeptCertificate(BigInteger serial, Identity member, List<String> hosts, Instant notAfter, boolean revoked) {}

    void keep(KeptToken token) throws StoreException;

    Optional<KeptToken> token(String id) throws StoreException;

    List<KeptToken> tokens() throws StoreException;

    /** Whether the token is open, or was used by this very key, and is used by it now: decided by one statement. */
    boolean redeem(String id, Digest secret, Digest key, Instant now) throws StoreException;

    /** Whether there was one to revoke. */
    boolean revokeToken(String id) throws StoreException;

    void keep(KeptCertificate certificate) throws StoreException;

    /** Those that have not expired. */
    List<KeptCertificate> certificates(Instant now) throws StoreException;

    Optional<KeptCertificate> certificate(BigInteger serial) throws StoreException;

    /** How many there were to revoke. */
    int revokeCertificates(Role role, String name, Instant now) throws StoreException;

    /** Of those that have not expired. */
    Set<BigInteger> revoked(Instant now) throws StoreException;

    /** Forgets what expired long ago. */
    void forget(Instant expiredBefore) throws StoreException;
}
