package dev.offramp.coordinator.config;

import dev.offramp.partition.HostPort;
import dev.offramp.proto.access.DoorLimits;
import dev.offramp.proto.identity.IdentityFiles;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a coordinator's process is told at its start. Immutable.
 *
 * @param dataDir holds {@code state.db}, the partition files and, where certificates are on, the directory {@code pki}
 * @param listen where agents and operators reach it; port 0 takes a free one
 */
public record CoordinatorConfig(Path dataDir, HostPort listen, Certificates certificates) {
    private static final Duration SHORTEST = Duration.ofSeconds(2);

    /**
     * How connections are treated where there are certificates.
     *
     * @param age after which a connection must prove itself anew
     * @param strangers what their attempts to connect may cost
     */
    public record Connections(Duration age, DoorLimits strangers) {
        public Connections {
            if (age.compareTo(SHORTEST) < 0) {
                throw new IllegalArgumentException(
                        "connection age (%d ms) must be at least %d s".formatted(age.toMillis(), SHORTEST.toSeconds()));
            }
        }
    }

    /** Whose certificates there are. */
    public sealed interface Certificates {}

    /**
     * None: whoever connects may do everything.
     *
     * @param insecure whether that is meant also where others can connect than this machine's users
     */
    public record None(boolean insecure) implements Certificates {}

    /**
     * The coordinator's own CA makes them.
     *
     * @param life of a certificate
     */
    public record OwnAuthority(Duration life, Connections connections) implements Certificates {
        public OwnAuthority {
            if (life.compareTo(SHORTEST) < 0) {
                throw new IllegalArgumentException("certificate life (%d ms) must be at least %d s"
                        .formatted(life.toMillis(), SHORTEST.toSeconds()));
            }
        }
    }

    /** The site's CA has made them. */
    public record Site(IdentityFiles own, IdentityFiles signer, Connections connections) implements Certificates {}

    /** Without certificates. */
    public CoordinatorConfig(Path dataDir, HostPort listen) {
        this(dataDir, listen, new None(false));
    }

    /** Where what belongs to certificates is kept. */
    public Path pki() {
        return dataDir.resolve("pki");
    }
}
