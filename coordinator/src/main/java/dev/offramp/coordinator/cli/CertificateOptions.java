package dev.offramp.coordinator.cli;

import dev.offramp.coordinator.config.CoordinatorConfig;
import dev.offramp.proto.access.DoorLimits;
import dev.offramp.proto.identity.IdentityFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whom the coordinator admits: a mixin of {@code coordinator}. */
@SuppressWarnings("NullAway.Init")
final class CertificateOptions {
    @Option(
            names = "--tls",
            description = "Admits members with certificates of the coordinator's own CA only, which is made in"
                    + " DIR/pki at the first start; DIR/pki/admin is the first administrator's identity. Stays on.")
    private boolean tls;

    @Option(names = "--insecure", description = "Admits everybody, also where --bind is not loopback.")
    private boolean insecure;

    @Option(names = "--ca", paramLabel = "FILE", description = "The site's own CA; with the four options that follow.")
    private @Nullable Path ca;

    @Option(names = "--cert", paramLabel = "FILE", description = "Certificate of offramp://coordinator/NAME.")
    private @Nullable Path cert;

    @Option(names = "--key", paramLabel = "FILE", description = "Its key.")
    private @Nullable Path key;

    @Option(
            names = "--signer-cert",
            paramLabel = "FILE",
            description = "Certificate of offramp://signer/NAME, of an Ed25519 key.")
    private @Nullable Path signerCert;

    @Option(names = "--signer-key", paramLabel = "FILE", description = "Its key.")
    private @Nullable Path signerKey;

    @Option(
            names = "--certificate-life",
            defaultValue = "168h",
            paramLabel = "DURATION",
            description = "Of members' certificates, renewed after two thirds of it (default: ${DEFAULT-VALUE}).")
    private Duration certificateLife;

    @Option(
            names = "--connection-age",
            defaultValue = "1h",
            paramLabel = "DURATION",
            description = "After which a connection must prove itself anew (default: ${DEFAULT-VALUE}).")
    private Duration connectionAge;

    @Option(
            names = "--strangers",
            defaultValue = DoorLimits.USUAL,
            paramLabel = "N",
            description =
                    "Attempts of strangers to connect that are worth a handshake, a second; of one address half of"
                            + " it (default: ${DEFAULT-VALUE}).")
    private double strangers;

    CoordinatorConfig.Certificates of(Path dataDir) {
        long site = Arrays.asList(ca, cert, key, signerCert, signerKey).stream()
                .filter(Objects::nonNull)
                .count();
        boolean own = tls || Files.exists(dataDir.resolve("pki"));
        if (insecure && (own || site > 0)) {
            throw new IllegalArgumentException(
                    "--insecure contradicts certificates, which once on stay on\nMaybe delete %s, and with it the cluster's CA"
                            .formatted(dataDir.resolve("pki")));
        }
        CoordinatorConfig.Connections connections =
                new CoordinatorConfig.Connections(connectionAge, new DoorLimits(strangers));
        if (site == 0) {
            return own
                    ? new CoordinatorConfig.OwnAuthority(certificateLife, connections)
                    : new CoordinatorConfig.None(insecure);
        }
        if (own || ca == null || cert == null || key == null || signerCert == null || signerKey == null) {
            throw new IllegalArgumentException(
                    "--ca, --cert, --key, --signer-cert and --signer-key go together, and without --tls");
        }
        return new CoordinatorConfig.Site(
                new IdentityFiles(ca, cert, key), new IdentityFiles(ca, signerCert, signerKey), connections);
    }
}
