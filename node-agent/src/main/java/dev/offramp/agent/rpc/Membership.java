package dev.offramp.agent.rpc;

import dev.offramp.agent.config.AgentConfig;
import dev.offramp.proto.WireException;
import dev.offramp.proto.access.Enroller;
import dev.offramp.proto.access.EnrolmentException;
import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.IdentityFiles;
import dev.offramp.proto.identity.JoinToken;
import dev.offramp.proto.identity.KeyPairs;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.proto.identity.Pem;
import dev.offramp.proto.identity.PrivateFiles;
import dev.offramp.proto.identity.ReloadedFiles;
import dev.offramp.proto.identity.Role;
import dev.offramp.proto.identity.SignatureCheck;
import dev.offramp.proto.identity.Standing;
import dev.offramp.time.Pause;
import io.grpc.Channel;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * That this node belongs to a cluster with certificates: had for a token or made by the site's CA, kept on disk, renewed
 * while it runs. Thread-safe.
 */
public final class Membership {
    private static final Logger log = LoggerFactory.getLogger(Membership.class);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int RADIX = 16;
    private static final long NEXT_ATTEMPT_NANOS = 2_000_000_000;

    private final IdentityFiles files;
    private final Optional<ReloadedFiles> site;
    private final LiveCredentials credentials;
    private final InstantSource clock;
    private final Path revoked;
    private final SignatureCheck signatures;
    private volatile Consumer<Set<BigInteger>> revocations = serials -> {};

    private Membership(
            IdentityFiles files,
            Optional<ReloadedFiles> site,
            LiveCredentials credentials,
            InstantSource clock,
            Path revoked)
            throws IOException {
        this.files = files;
        this.site = site;
        this.credentials = credentials;
        this.clock = clock;
        this.revoked = revoked;
        this.signatures = new SignatureCheck(credentials);
        if (Files.exists(revoked)) {
            try {
                credentials.standing().revoke(serials(Files.readAllLines(revoked)));
            } catch (WireException e) {
                throw new IOException("%s is damaged: %s".formatted(revoked, e.getMessage()), e);
            }
        }
    }

    /** Joins first where that is to be done, for as long as it takes the coordinator to answer; empty without certificates. */
    public static Optional<Membership> open(AgentConfig config, InstantSource clock, Pause pause)
            throws IOException, InterruptedException {
        Optional<IdentityFiles> site = config.security().site();
        IdentityFiles files = site.orElseGet(config::identity);
        if (site.isEmpty() && !files.exist()) {
            Optional<JoinToken> token = config.security().token();
            if (token.isEmpty()) {
                return Optional.empty();
            }
            join(config, files, token.get(), new Standing(clock), pause);
        }
        Credentials read = files.read();
        expect(Identity.of(Role.AGENT, config.node().value()), files, read);
        LiveCredentials live = LiveCredentials.of(read, clock);
        Optional<ReloadedFiles> reloaded =
                site.isEmpty() ? Optional.empty() : Optional.of(new ReloadedFiles(files, live::replace));
        return Optional.of(
                new Membership(files, reloaded, live, clock, config.dataDir().resolve("revoked")));
    }

    private static void join(AgentConfig config, IdentityFiles files, JoinToken token, Standing standing, Pause pause)
            throws IOException, InterruptedException {
        KeyPair key = key(files);
        while (true) {
            try {
                Credentials joined = Enroller.join(config.coordinator(), token, key, standing, ANSWER);
                files.write(joined);
                log.info("joined as {} until {}", joined.identity(), joined.notAfter());
                return;
            } catch (EnrolmentException e) {
                if (e.kind() == EnrolmentException.Kind.REFUSED) {
                    throw new IOException("not joined: " + e.getMessage(), e);
                }
                log.warn("not joined yet: {}", e.getMessage());
                pause.pause(NEXT_ATTEMPT_NANOS);
            } catch (CertificateException e) {
                throw new IOException("not joined: " + e.getMessage(), e);
            }
        }
    }

    /** The same one after a crash, so that a token spent just before still brings a certificate. */
    private static KeyPair key(IdentityFiles files) throws IOException {
        PrivateFiles.directoryOf(files.key());
        if (!Files.exists(files.publicKey())) {
            KeyPair made = KeyPairs.forConnections();
            PrivateFiles.write(files.key(), Pem.write(made.getPrivate()));
            PrivateFiles.write(files.publicKey(), Pem.write(made.getPublic()));
        }
        return new KeyPair(Pem.publicKey(files.publicKey()), Pem.privateKey(files.key()));
    }

    private static void expect(Identity expected, IdentityFiles files, Credentials read) throws IOException {
        try {
            if (!read.identity().equals(expected)) {
                throw new CertificateException("it names " + read.identity());
            }
        } catch (CertificateException e) {
            throw new IOException(
                    "%s: %s: expected a certificate of %s\nMaybe the token was made for another node; delete %s to join anew"
                            .formatted(
                                    files.certificate(),
                                    e.getMessage(),
                                    expected.uri(),
                                    files.certificate().toAbsolutePath().getParent()),
                    e);
        }
    }

    public LiveCredentials credentials() {
        return credentials;
    }

    public Instant notAfter() {
        return credentials.current().notAfter();
    }

    /** Examines what the coordinator should have signed. */
    SignatureCheck signatures() {
        return signatures;
    }

    /** Who lets go of those that are revoked. */
    public void connect(Consumer<Set<BigInteger>> sink) {
        revocations = sink;
    }

    /** From now on, restarts included, these are revoked and no others. */
    void revoke(Set<BigInteger> serials) throws IOException {
        credentials.standing().revoke(serials);
        revocations.accept(serials);
        PrivateFiles.write(
                revoked, serials.stream().map(one -> one.toString(RADIX) + "\n").collect(Collectors.joining()));
    }

    /** As they are written. */
    static Set<BigInteger> serials(List<String> hexadecimal) throws WireException {
        try {
            return hexadecimal.stream().map(one -> new BigInteger(one, RADIX)).collect(Collectors.toSet());
        } catch (NumberFormatException e) {
            throw new WireException("a serial number is not hexadecimal: " + e.getMessage());
        }
    }

    /** Takes the next certificate if it is time. May block for {@link #ANSWER}; what fails is tried again. */
    void renewIfDue(Channel coordinator) {
        if (site.isPresent()) {
            site.get().reload();
            return;
        }
        Credentials current = credentials.current();
        if (clock.instant().isBefore(current.renewAt())) {
            return;
        }
        try {
            Credentials next = Enroller.renew(coordinator, current, ANSWER);
            files.write(next);
            credentials.replace(next);
            log.info("the certificate is renewed until {}", next.notAfter());
        } catch (EnrolmentException | IOException e) {
            log.warn("the certificate, which ends at {}, is not renewed: {}", current.notAfter(), e.getMessage());
        }
    }
}
