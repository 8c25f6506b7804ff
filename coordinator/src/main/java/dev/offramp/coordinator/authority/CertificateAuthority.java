package dev.offramp.coordinator.authority;

import dev.offramp.partition.artifact.Digest;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.KeyPairs;
import dev.offramp.proto.identity.Pem;
import dev.offramp.proto.identity.PrivateFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A CA of one key, {@code ca.pem} and {@code ca-key.pem} in a directory that only its owner reads. Thread-safe. */
public final class CertificateAuthority {
    private static final Duration LIFE = Duration.ofDays(3650);
    private static final Duration MAX_BACKDATING = Duration.ofMinutes(5);
    private static final int BACKDATING_SHARE = 10;
    private static final int SERIAL_BITS = 127;
    private static final int NAME_BYTES = 4;
    private static final int MAX_REQUEST_BYTES = 4096;
    private static final String SIGNATURE = "SHA256withECDSA";

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final SecureRandom random;

    private CertificateAuthority(X509Certificate certificate, PrivateKey key, SecureRandom random) {
        this.certificate = certificate;
        this.key = key;
        this.random = random;
    }

    /** The CA of this directory, made if there is none. */
    public static CertificateAuthority open(Path directory, Instant now, SecureRandom random) throws IOException {
        Path certificateFile = directory.resolve("ca.pem");
        Path keyFile = directory.resolve("ca-key.pem");
        if (!Files.exists(certificateFile)) {
            PrivateFiles.directory(directory);
            KeyPair pair = KeyPairs.forConnections();
            X509Certificate certificate = selfSigned(pair, now, random);
            // The certificate last: a crash in between leaves no CA.
            PrivateFiles.write(keyFile, Pem.write(pair.getPrivate()));
            PrivateFiles.write(certificateFile, Pem.write(List.of(certificate)));
        }
        return new CertificateAuthority(Pem.certificates(certificateFile).getFirst(), Pem.privateKey(keyFile), random);
    }

    private static X509Certificate selfSigned(KeyPair pair, Instant now, SecureRandom random) {
        byte[] name = new byte[NAME_BYTES];
        random.nextBytes(name);
        X500Principal subject =
                new X500Principal("CN=Offramp CA " + HexFormat.of().formatHex(name));
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                subject,
                new BigInteger(SERIAL_BITS, random),
                Date.from(now.minus(MAX_BACKDATING)),
                Date.from(now.plus(LIFE)),
                subject,
                pair.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
        } catch (GeneralSecurityException | CertIOException e) {
            throw new IllegalStateException("a CA certificate cannot be put together", e);
        }
        return sign(builder, pair.getPrivate());
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException("the CA's key cannot sign", e);
        }
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** What tokens carry. */
    public Digest keyDigest() {
        return KeyPairs.digest(certificate.getPublicKey());
    }

    /**
     * A member's certificate. It begins a little in the past, for boards whose clocks are behind.
     *
     * @param hosts names and addresses under which the member is reached
     */
    public X509Certificate issue(Identity member, PublicKey publicKey, List<String> hosts, Instant now, Duration life) {
        Duration share = life.dividedBy(BACKDATING_SHARE);
        Instant begin = now.minus(share.compareTo(MAX_BACKDATING) < 0 ? share : MAX_BACKDATING);
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                certificate.getSubjectX500Principal(),
                new BigInteger(SERIAL_BITS, random),
                Date.from(begin),
                Date.from(now.plus(life)),
                new X500Principal("CN=" + member.name()),
                publicKey);
        List<GeneralName> names = new ArrayList<>();
        names.add(new GeneralName(GeneralName.uniformResourceIdentifier, member.uri()));
        hosts.forEach(host ->
                names.add(new GeneralName(Hosts.isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName, host)));
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate));
        } catch (GeneralSecurityException | CertIOException e) {
            throw new IllegalArgumentException(
                    "a certificate of %s for %s cannot be put together: %s".formatted(member, hosts, e.getMessage()),
                    e);
        }
        return sign(builder, key);
    }

    /** The key that a request is for; its sender has shown to have it. */
    public static PublicKey keyOf(byte[] request) throws EnrolmentRefusal {
        try {
            if (request.length > MAX_REQUEST_BYTES) {
                throw new IOException("it has %d bytes".formatted(request.length));
            }
            JcaPKCS10CertificationRequest parsed = new JcaPKCS10CertificationRequest(request);
            PublicKey wished = parsed.getPublicKey();
            if (!"EC".equals(wished.getAlgorithm())
                    || !parsed.isSignatureValid(new JcaContentVerifierProviderBuilder().build(wished))) {
                throw new IOException("it is not signed by its own P-256 key");
            }
            return wished;
        } catch (IOException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException
                | RuntimeException e) {
            throw new EnrolmentRefusal(
                    "the certificate request is refused: %s: expected PKCS #10 in DER, at most %d bytes"
                            .formatted(e.getMessage(), MAX_REQUEST_BYTES));
        }
    }
}
