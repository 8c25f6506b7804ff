package dev.offramp.coordinator.authority;

import dev.offramp.coordinator.control.StoreException;
import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.DocumentSigner;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.IdentityFiles;
import dev.offramp.proto.identity.KeyPairs;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.proto.identity.RefusalCounter;
import dev.offramp.proto.identity.Role;
import dev.offramp.proto.identity.Standing;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coordinator with a CA of its own: {@code ca.pem}, {@code ca-key.pem}, and in {@code admin/} the credentials of the
 * first administrator, whoever may read this directory. Its own keys live in memory, one set per start. Thread-safe.
 */
public final class OwnAuthority implements ClusterSecurity {
    private static final Logger log = LoggerFactory.getLogger(OwnAuthority.class);
    private static final String NAME = "coordinator";
    private static final String ADMINISTRATOR = "local";

    private final CertificateAuthority authority;
    private final InetAddress address;
    private final Duration life;
    private final InstantSource clock;
    private final IdentityFiles administrator;
    private final EnrolmentDesk desk;
    private final LiveCredentials credentials;
    private volatile DocumentSigner signer;

    /**
     * @param directory made if it is missing
     * @param address where the coordinator listens
     * @param life of every certificate but the CA's
     */
    public OwnAuthority(Path directory, InetAddress address, Duration life, MemberStore store, InstantSource clock)
            throws IOException {
        SecureRandom random = new SecureRandom();
        this.authority = CertificateAuthority.open(directory, clock.instant(), random);
        this.address = address;
        this.life = life;
        this.clock = clock;
        this.administrator = IdentityFiles.in(directory.resolve("admin"));
        Standing standing = new Standing(clock);
        RefusalCounter refusals = new RefusalCounter();
        this.desk = new EnrolmentDesk(authority, store, clock, random, life, standing, refusals);
        this.credentials = new LiveCredentials(own(), standing, refusals);
        this.signer = newSigner();
        renewAdministrator();
    }

    private Credentials own() {
        KeyPair pair = KeyPairs.forConnections();
        X509Certificate certificate = issue(Role.COORDINATOR, NAME, pair);
        return new Credentials(
                pair.getPrivate(), List.of(certificate, authority.certificate()), List.of(authority.certificate()));
    }

    private DocumentSigner newSigner() {
        KeyPair pair = KeyPairs.forSignatures();
        return new DocumentSigner(pair.getPrivate(), issue(Role.SIGNER, NAME, pair));
    }

    private X509Certificate issue(Role role, String name, KeyPair pair) {
        return authority.issue(
                Identity.of(role, name), pair.getPublic(), Hosts.of(name, List.of(), address), clock.instant(), life);
    }

    private void renewAdministrator() throws IOException {
        KeyPair pair = KeyPairs.forConnections();
        X509Certificate certificate = issue(Role.ADMIN, ADMINISTRATOR, pair);
        administrator.write(new Credentials(pair.getPrivate(), List.of(certificate), List.of(authority.certificate())));
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
        return Optional.of(desk);
    }

    @Override
    public void tick() {
        if (clock.instant().isBefore(credentials.current().renewAt())) {
            return;
        }
        try {
            credentials.replace(own());
            signer = newSigner();
            renewAdministrator();
            desk.tidy();
            log.info("the coordinator's certificates are renewed");
        } catch (IOException | StoreException e) {
            log.warn("renewing the administrator's certificate: {}", e.getMessage());
        }
    }
}
