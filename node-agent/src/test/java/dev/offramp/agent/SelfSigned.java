package dev.offramp.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

/** A certificate of 127.0.0.1 that nobody has signed, and which this JVM trusts for as long as it is told to. */
record SelfSigned(Path key, Path certificate) implements AutoCloseable {
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";

    static SelfSigned make(Path directory) throws IOException, InterruptedException {
        SelfSigned made = new SelfSigned(directory.resolve("broker.key"), directory.resolve("broker.pem"));
        try (Program openssl = Program.start(
                directory,
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "1",
                "-subj",
                "/CN=broker",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                made.key.toString(),
                "-out",
                made.certificate.toString())) {
            assertThat(openssl.await()).as(openssl.output()).isZero();
        }
        return made;
    }

    void trust() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            store.setCertificateEntry(
                    "broker", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        Path file = certificate.resolveSibling("trusted.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, "changeit".toCharArray());
        }
        System.setProperty(TRUST_STORE, file.toString());
        System.setProperty(TRUST_STORE + "Password", "changeit");
    }

    @Override
    public void close() {
        System.clearProperty(TRUST_STORE);
        System.clearProperty(TRUST_STORE + "Password");
    }
}
