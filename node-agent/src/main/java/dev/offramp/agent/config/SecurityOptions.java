package dev.offramp.agent.config;

import dev.offramp.proto.access.DoorLimits;
import dev.offramp.proto.identity.IdentityFiles;
import dev.offramp.proto.identity.JoinToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say who may connect. Confined to the main thread. */
@SuppressWarnings("NullAway.Init")
final class SecurityOptions {
    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "Joins a cluster with certificates, if this node has none yet; others on this machine may see"
                    + " it: prefer --token-file.")
    private @Nullable String token;

    @Option(names = "--token-file", paramLabel = "FILE", description = "Holds the token.")
    private @Nullable Path tokenFile;

    @Option(names = "--ca", paramLabel = "FILE", description = "The site's own CA, with --cert and --key.")
    private @Nullable Path ca;

    @Option(names = "--cert", paramLabel = "FILE", description = "Certificate of offramp://agent/NAME.")
    private @Nullable Path cert;

    @Option(names = "--key", paramLabel = "FILE", description = "Its key.")
    private @Nullable Path key;

    @Option(
            names = "--insecure",
            description = "Without certificates: lets everybody connect, also where --bind is not loopback.")
    private boolean insecure;

    @Option(
            names = "--connection-age",
            defaultValue = "1h",
            paramLabel = "DURATION",
            description = "With certificates: after which a connection must prove itself anew (default:"
                    + " ${DEFAULT-VALUE}).")
    private Duration connectionAge;

    @Option(
            names = "--strangers",
            defaultValue = DoorLimits.USUAL,
            paramLabel = "N",
            description = "With certificates: attempts of strangers to connect that are worth a handshake, a second; of"
                    + " one address half of it (default: ${DEFAULT-VALUE}).")
    private double strangers;

    AgentConfig.Security toSecurity() {
        return new AgentConfig.Security(site(), token(), insecure, connectionAge, new DoorLimits(strangers));
    }

    private Optional<IdentityFiles> site() {
        if (ca != null && cert != null && key != null) {
            return Optional.of(new IdentityFiles(ca, cert, key));
        }
        if (ca != null || cert != null || key != null) {
            throw new IllegalArgumentException("--ca, --cert and --key go together");
        }
        return Optional.empty();
    }

    private Optional<JoinToken> token() {
        if (token != null) {
            return Optional.of(JoinToken.parse(token));
        }
        if (tokenFile == null || !Files.exists(tokenFile)) {
            // Whoever has joined may throw the file away.
            return Optional.empty();
        }
        try {
            return Optional.of(JoinToken.parse(Files.readString(tokenFile)));
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read --token-file: " + e.getMessage(), e);
        }
    }
}
