package dev.offramp.proto.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Where credentials lie: three PEM files. Immutable.
 *
 * @param authority certificates that are believed
 * @param certificate the member's own, then those that lead to its authority
 * @param key PKCS #8
 */
public record IdentityFiles(Path authority, Path certificate, Path key) {
    /** As they are named in a directory. */
    public static IdentityFiles in(Path directory) {
        return new IdentityFiles(
                directory.resolve("ca.pem"), directory.resolve("cert.pem"), directory.resolve("key.pem"));
    }

    /** Whether a member has joined here. */
    public boolean exist() {
        return Files.exists(certificate);
    }

    /** Beside the key, of a member that is about to join. */
    public Path publicKey() {
        return key.resolveSibling("key.pub.pem");
    }

    public Credentials read() throws IOException {
        PrivateKey privateKey = Pem.privateKey(key);
        List<X509Certificate> chain = Pem.certificates(certificate);
        if (!KeyPairs.belong(privateKey, chain.getFirst().getPublicKey())) {
            throw new IOException("%s is not the key of %s".formatted(key, certificate));
        }
        return new Credentials(privateKey, chain, Pem.certificates(authority));
    }

    /** The certificate last, so that a crash in between leaves a member that has not joined. */
    public void write(Credentials credentials) throws IOException {
        PrivateFiles.directoryOf(certificate);
        PrivateFiles.write(key, Pem.write(credentials.key()));
        PrivateFiles.write(authority, Pem.write(credentials.authorities()));
        PrivateFiles.write(certificate, Pem.write(credentials.chain()));
    }

    /** Changes whenever one of the files does. */
    public List<FileTime> state() throws IOException {
        return List.of(
                Files.getLastModifiedTime(authority),
                Files.getLastModifiedTime(certificate),
                Files.getLastModifiedTime(key));
    }
}
