package dev.offramp.proto.identity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates as text. Stateless. */
public final class Pem {
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Pattern PUBLIC_KEY =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");
    private static final int LINE = 64;

    private Pem() {}

    /** One after the other, the holder's first. */
    public static String write(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        try {
            for (X509Certificate certificate : certificates) {
                text.append(block("CERTIFICATE", certificate.getEncoded()));
            }
        } catch (CertificateException e) {
            throw new IllegalArgumentException("a certificate cannot be encoded", e);
        }
        return text.toString();
    }

    public static String write(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    public static String write(PublicKey key) {
        return block("PUBLIC KEY", key.getEncoded());
    }

    /** Of P-256. */
    public static PublicKey publicKey(Path file) throws IOException {
        Matcher matcher = PUBLIC_KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!matcher.find()) {
            throw new IOException("%s holds no public key in PEM".formatted(file));
        }
        try {
            return KeyFactory.getInstance("EC")
                    .generatePublic(
                            new X509EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(1))));
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot read the key %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static String block(String type, byte[] der) {
        String body = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type);
    }

    /** At least one. */
    public static List<X509Certificate> certificates(Path file) throws IOException {
        try {
            List<X509Certificate> found = certificates(Files.readAllBytes(file));
            if (!found.isEmpty()) {
                return found;
            }
        } catch (CertificateException e) {
            throw new IOException("%s holds no certificates: %s".formatted(file, e.getMessage()), e);
        }
        throw new IOException("%s holds no certificates: expected PEM".formatted(file));
    }

    /** Of PEM text, or one in DER. */
    public static List<X509Certificate> certificates(byte[] bytes) throws CertificateException {
        return CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes)).stream()
                .map(X509Certificate.class::cast)
                .toList();
    }

    public static PrivateKey privateKey(Path file) throws IOException {
        Matcher matcher = PRIVATE_KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (matcher.find()) {
            PKCS8EncodedKeySpec spec =
                    new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(1)));
            for (String algorithm : ALGORITHMS) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(spec);
                } catch (InvalidKeySpecException e) {
                    // Of another algorithm.
                } catch (GeneralSecurityException e) {
                    throw new IOException("cannot read the key %s: %s".formatted(file, e.getMessage()), e);
                }
            }
        }
        throw new IOException(
                "%s holds no private key of %s in PEM (PKCS #8)\nMaybe convert it: openssl pkcs8 -topk8 -nocrypt -in KEY -out FILE"
                        .formatted(file, ALGORITHMS));
    }
}
