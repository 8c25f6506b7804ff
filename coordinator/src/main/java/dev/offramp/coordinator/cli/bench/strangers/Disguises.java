package dev.offramp.coordinator.cli.bench.strangers;

import dev.offramp.coordinator.authority.CertificateAuthority;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.process.Invitations;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.access.Enroller;
import dev.offramp.proto.access.EnrolmentException;
import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.IdentityFiles;
import dev.offramp.proto.identity.JoinToken;
import dev.offramp.proto.identity.KeyPairs;
import dev.offramp.proto.identity.PrivateFiles;
import dev.offramp.proto.identity.Role;
import dev.offramp.proto.identity.Standing;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** What strangers show: made with the keys of the bench's own cluster. Confined. */
final class Disguises {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Identity AGENT = Identity.of(Role.AGENT, "mallory");
    private static final Identity DECOY = Identity.of(Role.COORDINATOR, "decoy");
    private static final Identity VIEWER = Identity.of(Role.VIEWER, "mallory");

    private final Path pki;
    private final Path folder;
    private final InstantSource clock;

    /**
     * @param pki of the coordinator
     * @param folder for what is made
     */
    Disguises(Path pki, Path folder, InstantSource clock) {
        this.pki = pki;
        this.folder = folder;
        this.clock = clock;
    }

    /** The folder with the certificate of a kind that shows one. */
    Path identity(Kind kind) throws IOException {
        Instant now = clock.instant();
        Credentials credentials =
                switch (kind) {
                    case EXPIRED -> issue(pki, AGENT, now.minus(HOUR).minus(HOUR));
                    case FOREIGN_CA -> issue(PrivateFiles.directory(folder.resolve("elsewhere")), AGENT, now);
                    case WRONG_ROLE -> issue(pki, VIEWER, now);
                    default -> throw new IllegalArgumentException(kind + " shows nothing");
                };
        return write(kind.label(), credentials);
    }

    /** The folder with a certificate that strangers take for the coordinator's. */
    Path decoy() throws IOException {
        return write("decoy", issue(pki, DECOY, clock.instant()));
    }

    private Path write(String name, Credentials credentials) throws IOException {
        Path shown = PrivateFiles.directory(folder.resolve(name));
        IdentityFiles.in(shown).write(credentials);
        return shown;
    }

    private static Credentials issue(Path authority, Identity member, Instant now) throws IOException {
        CertificateAuthority ca = CertificateAuthority.open(authority, now, new SecureRandom());
        KeyPair key = KeyPairs.forConnections();
        X509Certificate certificate = ca.issue(member, key.getPublic(), List.of(), now, HOUR);
        return new Credentials(key.getPrivate(), List.of(certificate), List.of(ca.certificate()));
    }

    /** The file with a token that a member has used. */
    Path spentToken(Invitations invitations, HostPort coordinator) throws CliException, IOException {
        String token = invitations.token(Role.VIEWER, "somebody");
        try {
            var unused = Enroller.join(
                    coordinator, JoinToken.parse(token), KeyPairs.forConnections(), new Standing(clock), PATIENCE);
        } catch (EnrolmentException e) {
            throw new IOException("nobody joins with a token: " + e.getMessage(), e);
        }
        Path file = folder.resolve("spent-token");
        PrivateFiles.write(file, token);
        return file;
    }
}
