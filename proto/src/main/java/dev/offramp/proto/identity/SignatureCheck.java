package dev.offramp.proto.identity;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/** Examines what the coordinator should have signed; counts what it refuses. Thread-safe. */
public final class SignatureCheck {
    private final LiveCredentials credentials;

    public SignatureCheck(LiveCredentials credentials) {
        this.credentials = credentials;
    }

    /** @param signer certificate of whoever signed, DER */
    public void check(byte[] document, byte[] signature, byte[] signer) throws PeerException {
        try {
            examine(document, signature, signer);
        } catch (GeneralSecurityException | RuntimeException e) {
            credentials.refusals().record(Refusal.SIGNATURE);
            throw new PeerException(
                    Refusal.SIGNATURE, "it bears no signature of a signer that is trusted here: " + e.getMessage());
        }
    }

    private void examine(byte[] document, byte[] signature, byte[] signer) throws GeneralSecurityException {
        List<X509Certificate> found = signer.length == 0 ? List.of() : Pem.certificates(signer);
        if (found.isEmpty()) {
            throw new CertificateException("no signature");
        }
        X509Certificate certificate = found.getFirst();
        new PeerTrust(
                        () -> credentials.current().authorities(),
                        credentials.standing(),
                        identity -> identity.role() == Role.SIGNER,
                        reason -> {})
                .checkClientTrusted(new X509Certificate[] {certificate}, DocumentSigner.ALGORITHM);
        Signature check = Signature.getInstance(DocumentSigner.ALGORITHM);
        check.initVerify(certificate.getPublicKey());
        check.update(document);
        if (!check.verify(signature)) {
            throw new GeneralSecurityException("the signature is not of this document");
        }
    }
}
