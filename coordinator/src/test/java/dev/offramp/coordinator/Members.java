package dev.offramp.coordinator;

import dev.offramp.coordinator.authority.CertificateAuthority;
import dev.offramp.coordinator.config.CoordinatorConfig;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.access.DoorLimits;
import dev.offramp.proto.access.Tls;
import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.IdentityFiles;
import dev.offramp.proto.identity.KeyPairs;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.proto.identity.PinnedTrust;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.identity.Standing;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A coordinator with certificates on loopback, and whoever knocks at its door. */
public final class Members implements AutoCloseable {
    private static final Duration HOUR = Duration.ofHours(1);

    /** For tests in which every attempt is worth its handshake. */
    static final DoorLimits MANY = new DoorLimits(1000);

    private final Path directory;
    private final CoordinatorProcess coordinator;
    private final List<ManagedChannel> channels = new ArrayList<>();

    private Members(Path directory, CoordinatorProcess coordinator) {
        this.directory = directory;
        this.coordinator = coordinator;
    }

    public static Members start(Path directory) throws IOException {
        return start(directory, HOUR, HOUR, MANY);
    }

    static Members start(Path directory, Duration life, Duration connectionAge, DoorLimits strangers)
            throws IOException {
        return new Members(
                directory,
                CoordinatorProcess.start(new CoordinatorConfig(
                        directory,
                        new HostPort("127.0.0.1", 0),
                        new CoordinatorConfig.OwnAuthority(
                                life, new CoordinatorConfig.Connections(connectionAge, strangers)))));
    }

    public HostPort address() {
        return coordinator.address();
    }

    /** The first administrator's identity directory. */
    public Path administrator() {
        return directory.resolve("pki").resolve("admin");
    }

    public Map<Refusal, Long> refusals() {
        return coordinator.refusals();
    }

    /** With the CA's own key, past the desk. */
    public Credentials issue(Identity member) throws IOException {
        return issue(directory.resolve("pki"), member, Instant.now());
    }

    public Credentials issueExpired(Identity member) throws IOException {
        return issue(directory.resolve("pki"), member, Instant.now().minus(HOUR).minus(HOUR));
    }

    /** By another CA; this cluster's is believed nevertheless. */
    public Credentials issueForeign(Identity member, Path elsewhere) throws IOException {
        Credentials foreign = issue(elsewhere, member, Instant.now());
        return new Credentials(
                foreign.key(),
                foreign.chain(),
                IdentityFiles.in(administrator()).read().authorities());
    }

    private static Credentials issue(Path pki, Identity member, Instant now) throws IOException {
        CertificateAuthority authority = CertificateAuthority.open(pki, now, new SecureRandom());
        KeyPair key = KeyPairs.forConnections();
        X509Certificate certificate = authority.issue(member, key.getPublic(), List.of(), now, HOUR);
        return new Credentials(key.getPrivate(), List.of(certificate), List.of(authority.certificate()));
    }

    public ManagedChannel channel(Credentials credentials) {
        return channel(Tls.toCoordinator(LiveCredentials.of(credentials, InstantSource.system())));
    }

    public ManagedChannel channelWithoutCertificate() throws IOException {
        X509Certificate authority =
                IdentityFiles.in(administrator()).read().authorities().getFirst();
        return channel(TlsChannelCredentials.newBuilder()
                .trustManager(new PinnedTrust(
                        KeyPairs.digest(authority.getPublicKey()), new Standing(InstantSource.system())))
                .build());
    }

    private ManagedChannel channel(ChannelCredentials credentials) {
        ManagedChannel channel =
                Grpc.newChannelBuilder(address().toString(), credentials).build();
        channels.add(channel);
        return channel;
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        coordinator.close();
    }
}
