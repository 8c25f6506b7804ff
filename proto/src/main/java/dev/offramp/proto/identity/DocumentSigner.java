package dev.offramp.proto.identity;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;

/** Signs what agents are told to run, with an Ed25519 key whose certificate names a signer. Immutable. */
public final class DocumentSigner {
    static final String ALGORITHM = "Ed25519";

    private final PrivateKey key;
    private final X509Certificate certificate;

    public DocumentSigner(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
        if (!KeyPairs.belong(key, certificate.getPublicKey())) {
            throw new IllegalArgumentException("the signing key is not that of the certificate of %s"
                    .formatted(certificate.getSubjectX500Principal()));
        }
    }

    public byte[] sign(byte[] document) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(document);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the signing key (%s) cannot sign".formatted(key.getAlgorithm()), e);
        }
    }

    /** DER. */
    public byte[] certificate() {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("the signer's certificate cannot be encoded", e);
        }
    }
}
