package dev.offramp.proto.identity;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Believes members whose certificates a trusted authority signed, who are in good standing and who are expected here.
 * Boards change the names of their hosts. Authorities may change while it is in use. Thread-safe.
 */
final class PeerTrust extends ChainTrust {
    private record Anchored(List<X509Certificate> authorities, X509TrustManager manager) {}

    private final Supplier<List<X509Certificate>> authorities;
    private final Standing standing;
    private final Predicate<Identity> expected;
    private final Consumer<Refusal> refusals;
    private volatile @Nullable Anchored anchored;

    PeerTrust(
            Supplier<List<X509Certificate>> authorities,
            Standing standing,
            Predicate<Identity> expected,
            Consumer<Refusal> refusals) {
        this.authorities = authorities;
        this.standing = standing;
        this.expected = expected;
        this.refusals = refusals;
    }

    /** One step of the JDK's own examination of a chain. */
    @FunctionalInterface
    private interface Examination {
        void by(X509TrustManager manager) throws CertificateException;
    }

    private void check(X509Certificate[] chain, Examination examination) throws CertificateException {
        try {
            examine(chain, examination);
        } catch (PeerException e) {
            refusals.accept(e.reason());
            throw e;
        }
    }

    private void examine(X509Certificate[] chain, Examination examination) throws PeerException {
        Identity identity = standing.check(chain[0]);
        try {
            examination.by(manager());
        } catch (CertificateException e) {
            throw new PeerException(
                    Refusal.FOREIGN_CA,
                    "nobody trusted here signed the certificate of %s (%s)".formatted(identity, e.getMessage()));
        }
        if (!expected.test(identity)) {
            throw new PeerException(Refusal.WRONG_ROLE, "%s is not who was expected here".formatted(identity));
        }
    }

    private X509TrustManager manager() {
        List<X509Certificate> current = authorities.get();
        Anchored known = anchored;
        if (known == null || known.authorities() != current) {
            known = new Anchored(current, anchoredAt(current));
            anchored = known;
        }
        return known.manager();
    }

    private static X509TrustManager anchoredAt(List<X509Certificate> authorities) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority-" + i, authorities.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager found) {
                    return found;
                }
            }
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK has PKIX", e);
        }
        throw new IllegalStateException("every JDK has PKIX");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, manager -> manager.checkClientTrusted(chain, authType));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, manager -> manager.checkServerTrusted(chain, authType));
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.get().toArray(X509Certificate[]::new);
    }
}
