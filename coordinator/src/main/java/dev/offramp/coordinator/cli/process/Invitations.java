package dev.offramp.coordinator.cli.process;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.CoordinatorClient;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.identity.IdentityFiles;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.proto.identity.PrivateFiles;
import dev.offramp.proto.identity.Role;
import dev.offramp.proto.v1.CreateTokenRequest;
import dev.offramp.proto.v1.ListTokensRequest;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** What an administrator does on the coordinator's machine: a token for every board. Confined to the main thread. */
public final class Invitations {
    private static final Duration STARTING = Duration.ofMinutes(1);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final long POLL_NANOS = 50_000_000;

    private final HostPort coordinator;
    private final LiveCredentials administrator;

    private Invitations(HostPort coordinator, LiveCredentials administrator) {
        this.coordinator = coordinator;
        this.administrator = administrator;
    }

    /** Waits until the coordinator has made its CA and answers its administrator. */
    public static Invitations await(
            Path data, HostPort coordinator, ProcessTable processes, NanoClock clock, Pause pause)
            throws CliException, InterruptedException {
        IdentityFiles files = IdentityFiles.in(data.resolve("pki").resolve("admin"));
        long end = clock.nanoTime() + STARTING.toNanos();
        while (clock.nanoTime() < end) {
            processes.refuseDead();
            if (files.exist()) {
                try {
                    Invitations invitations =
                            new Invitations(coordinator, LiveCredentials.of(files.read(), InstantSource.system()));
                    try (CoordinatorClient client = invitations.connect()) {
                        var unused = client.enrol(stub -> stub.listTokens(ListTokensRequest.getDefaultInstance()));
                    }
                    return invitations;
                } catch (CliException | IOException e) {
                    // It is about to listen.
                }
            }
            pause.pause(POLL_NANOS);
        }
        throw new CliException(
                ExitCode.UNAVAILABLE,
                "the coordinator did not answer its administrator within %d s\nMaybe its log says why: keep it with --data"
                        .formatted(STARTING.toSeconds()));
    }

    private CoordinatorClient connect() {
        return CoordinatorClient.connect(coordinator, ANSWER, Optional.of(administrator));
    }

    public LiveCredentials administrator() {
        return administrator;
    }

    /** The file with a token for the node's agent. */
    public Path agent(String node, Path folder) throws CliException, IOException {
        Path file = folder.resolve("token");
        PrivateFiles.write(file, token(Role.AGENT, node) + "\n");
        return file;
    }

    /** A token that is good for a minute. */
    public String token(Role role, String name) throws CliException {
        try (CoordinatorClient client = connect()) {
            return client.enrol(stub -> stub.createToken(CreateTokenRequest.newBuilder()
                            .setRole(role.label())
                            .setName(name)
                            .setTtlNanos(STARTING.toNanos())
                            .build()))
                    .getToken();
        }
    }
}
