package dev.offramp.proto.identity;

import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.function.Predicate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Credentials that may be replaced while connections stand; every new handshake takes the newest. Thread-safe. */
public final class LiveCredentials {
    private final Standing standing;
    private final RefusalCounter refusals;
    private final X509ExtendedKeyManager key = new CurrentKey(this::current);
    private volatile Credentials current;

    public LiveCredentials(Credentials first, Standing standing, RefusalCounter refusals) {
        this.current = first;
        this.standing = standing;
        this.refusals = refusals;
    }

    /** With a standing and counts of its own. */
    public static LiveCredentials of(Credentials first, InstantSource clock) {
        return new LiveCredentials(first, new Standing(clock), new RefusalCounter());
    }

    public Credentials current() {
        return current;
    }

    public void replace(Credentials next) {
        current = next;
    }

    public Standing standing() {
        return standing;
    }

    public RefusalCounter refusals() {
        return refusals;
    }

    public X509ExtendedKeyManager keyManager() {
        return key;
    }

    /** Believes members that {@code expected} holds for. */
    public X509ExtendedTrustManager trustManager(Predicate<Identity> expected) {
        return new PeerTrust(() -> current.authorities(), standing, expected, refusals::record);
    }

    /** For clients that speak HTTP to members that {@code expected} holds for. */
    public SSLContext clientContext(Predicate<Identity> expected) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {key}, new TrustManager[] {trustManager(expected)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }
}
