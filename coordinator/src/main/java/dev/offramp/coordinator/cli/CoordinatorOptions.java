package dev.offramp.coordinator.cli;

import dev.offramp.partition.HostPort;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Where the coordinator is, and how long to wait for it: a mixin of every command that asks it something. */
@SuppressWarnings("NullAway.Init")
public final class CoordinatorOptions {
    @Option(
            names = "--coordinator",
            defaultValue = "${env:OFFRAMP_COORDINATOR:-127.0.0.1:7700}",
            paramLabel = "HOST:PORT",
            description = "The coordinator's address (default: $OFFRAMP_COORDINATOR, else 127.0.0.1:7700).")
    private HostPort coordinator;

    @Option(
            names = "--timeout",
            defaultValue = "10s",
            paramLabel = "DURATION",
            description = "Longest wait for an answer (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    /** Connects on the first call; close it. */
    public CoordinatorClient connect() {
        return CoordinatorClient.connect(coordinator, timeout);
    }
}
