package dev.offramp.coordinator.cli;

import dev.offramp.partition.HostPort;
import dev.offramp.proto.access.EnrolmentException;
import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.IdentityFiles;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.proto.identity.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An operator's directory: key, certificate, CA, and the address of the coordinator that they are for. Immutable. */
final class OperatorIdentity {
    static final String VARIABLE = "OFFRAMP_IDENTITY";

    private static final Logger log = LoggerFactory.getLogger(OperatorIdentity.class);

    private final Path directory;

    private OperatorIdentity(Path directory) {
        this.directory = directory;
    }

    /** @param named empty: {@value #VARIABLE}, else the user's configuration directory */
    static OperatorIdentity in(Optional<Path> named) {
        return new OperatorIdentity(named.orElseGet(() ->
                Optional.ofNullable(System.getenv(VARIABLE)).map(Path::of).orElseGet(OperatorIdentity::configuration)));
    }

    private static Path configuration() {
        String base = System.getenv("XDG_CONFIG_HOME");
        Path configuration =
                base == null || base.isEmpty() ? Path.of(System.getProperty("user.home"), ".config") : Path.of(base);
        return configuration.resolve("offramp");
    }

    Path directory() {
        return directory;
    }

    IdentityFiles files() {
        return IdentityFiles.in(directory);
    }

    /** That was joined with what lies here; empty where nothing does. */
    Optional<HostPort> coordinator() {
        try {
            Path file = directory.resolve("coordinator");
            return Files.exists(file)
                    ? Optional.of(HostPort.parse(Files.readString(file).strip()))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            log.warn("{}: {}", directory, e.getMessage());
            return Optional.empty();
        }
    }

    void keep(Credentials credentials, HostPort coordinator) throws IOException {
        files().write(credentials);
        PrivateFiles.write(directory.resolve("coordinator"), coordinator + "\n");
    }

    /** Takes the next certificate when two thirds of the last one's life are over; without it, this command goes on. */
    void renewIfDue(LiveCredentials live, CoordinatorClient client) {
        boolean joined = coordinator().isPresent();
        if (!joined || InstantSource.system().instant().isBefore(live.current().renewAt())) {
            return;
        }
        try {
            Credentials next = client.renew(live.current());
            files().write(next);
            live.replace(next);
        } catch (EnrolmentException | IOException e) {
            log.warn(
                    "your certificate, which ends at {}, is not renewed: {}",
                    live.current().notAfter(),
                    e.getMessage());
        }
    }
}
