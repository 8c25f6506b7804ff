package dev.offramp.coordinator.cli;

import dev.offramp.partition.HostPort;
import dev.offramp.proto.identity.IdentityFiles;
import dev.offramp.proto.identity.LiveCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the coordinator is, who asks, and how long to wait: a mixin of every command that asks it something. */
@SuppressWarnings("NullAway.Init")
public final class CoordinatorOptions {
    private static final HostPort USUAL = new HostPort("127.0.0.1", 7700);

    @Option(
            names = "--coordinator",
            paramLabel = "HOST:PORT",
            description = "The coordinator's address (default: $OFFRAMP_COORDINATOR, else where 'offramp join' joined,"
                    + " else 127.0.0.1:7700).")
    private @Nullable HostPort coordinator;

    @Option(
            names = "--timeout",
            defaultValue = "10s",
            paramLabel = "DURATION",
            description = "Longest wait for an answer (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Option(
            names = "--identity",
            paramLabel = "DIR",
            description =
                    "Where 'offramp join' put your certificate (default: $OFFRAMP_IDENTITY, else ~/.config/offramp"
                            + " for the coordinator joined there).")
    private @Nullable Path identity;

    @Option(names = "--ca", paramLabel = "FILE", description = "The site's CA, with --cert and --key.")
    private @Nullable Path ca;

    @Option(names = "--cert", paramLabel = "FILE", description = "Your certificate.")
    private @Nullable Path cert;

    @Option(names = "--key", paramLabel = "FILE", description = "Your key.")
    private @Nullable Path key;

    /** Connects on the first call; close it. */
    public CoordinatorClient connect() throws CliException {
        Optional<LiveCredentials> credentials = credentials();
        CoordinatorClient client = CoordinatorClient.connect(address(), timeout, credentials);
        if (credentials.isPresent() && ca == null) {
            identityDirectory().renewIfDue(credentials.get(), client);
        }
        return client;
    }

    /** Empty where the operator has none: certificates are off then, or nothing will be answered. */
    Optional<LiveCredentials> credentials() throws CliException {
        Optional<IdentityFiles> files = files();
        if (files.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(LiveCredentials.of(files.get().read(), InstantSource.system()));
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.ERROR,
                    "cannot read your certificate: %s\nGet one with 'offramp join', or name it with --identity, or --ca, --cert and --key"
                            .formatted(e.getMessage()),
                    e);
        }
    }

    private Optional<IdentityFiles> files() throws CliException {
        if (ca != null && cert != null && key != null) {
            return Optional.of(new IdentityFiles(ca, cert, key));
        }
        if (ca != null || cert != null || key != null) {
            throw new CliException(ExitCode.USAGE, "--ca, --cert and --key go together");
        }
        OperatorIdentity directory = identityDirectory();
        boolean named = identity != null || System.getenv(OperatorIdentity.VARIABLE) != null;
        // The joined cluster's certificate is nobody else's business.
        return named || directory.coordinator().equals(Optional.of(address()))
                ? Optional.of(directory.files())
                : Optional.empty();
    }

    OperatorIdentity identityDirectory() {
        return OperatorIdentity.in(Optional.ofNullable(identity));
    }

    HostPort address() {
        if (coordinator != null) {
            return coordinator;
        }
        String variable = System.getenv("OFFRAMP_COORDINATOR");
        return variable == null ? identityDirectory().coordinator().orElse(USUAL) : HostPort.parse(variable);
    }

    Duration timeout() {
        return timeout;
    }
}
