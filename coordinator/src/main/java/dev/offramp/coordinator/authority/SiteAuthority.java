package dev.offramp.coordinator.authority;

import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.DocumentSigner;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.IdentityFiles;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.proto.identity.ReloadedFiles;
import dev.offramp.proto.identity.Role;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.time.InstantSource;
import java.util.Optional;

/** A coordinator whose certificates a CA of the site made; files are read again when they change. Thread-safe. */
public final class SiteAuthority implements ClusterSecurity {
    private final LiveCredentials credentials;
    private final ReloadedFiles reloaded;
    private final ReloadedFiles reloadedSigner;
    private volatile DocumentSigner signer;

    public SiteAuthority(IdentityFiles own, IdentityFiles signerFiles, InstantSource clock) throws IOException {
        this.credentials = LiveCredentials.of(own.read(), clock);
        this.signer = readSigner(signerFiles.read());
        this.reloaded = new ReloadedFiles(own, credentials::replace);
        this.reloadedSigner = new ReloadedFiles(signerFiles, next -> signer = readSigner(next));
        expect(Role.COORDINATOR, own, credentials.current());
        expect(Role.SIGNER, signerFiles, signerFiles.read());
    }

    private static DocumentSigner readSigner(Credentials read) {
        return new DocumentSigner(read.key(), read.certificate());
    }

    private static void expect(Role role, IdentityFiles files, Credentials read) throws IOException {
        try {
            Identity found = read.identity();
            if (found.role() != role) {
                throw new CertificateException("it names " + found);
            }
        } catch (CertificateException e) {
            throw new IOException(
                    "%s: %s: expected a certificate with the URI offramp://%s/NAME"
                            .formatted(files.certificate(), e.getMessage(), role.label()),
                    e);
        }
    }

    @Override
    public LiveCredentials credentials() {
        return credentials;
    }

    @Override
    public DocumentSigner signer() {
        return signer;
    }

    @Override
    public Optional<EnrolmentDesk> desk() {
        return Optional.empty();
    }

    @Override
    public void tick() {
        reloaded.reload();
        reloadedSigner.reload();
    }
}
