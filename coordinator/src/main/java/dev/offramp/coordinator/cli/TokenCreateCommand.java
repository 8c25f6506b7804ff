package dev.offramp.coordinator.cli;

import dev.offramp.partition.ByteSize;
import dev.offramp.proto.v1.CreateTokenRequest;
import dev.offramp.proto.v1.CreateTokenResponse;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code token create}. */
@Command(
        name = "create",
        description = {
            "Prints a token that one new member may join with, once. It carries the hash of the cluster's CA, so that"
                    + " the member knows whom it joins.",
            "An agent takes it with 'offramp agent --token', everybody else with 'offramp join'."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class TokenCreateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--role",
            required = true,
            paramLabel = "ROLE",
            description = "agent, viewer, editor, admin or camera.")
    private String role;

    @Option(
            names = "--name",
            required = true,
            paramLabel = "NAME",
            description = "Of the member; of an agent, its node's.")
    private String name;

    @Option(
            names = "--ttl",
            defaultValue = "1h",
            paramLabel = "DURATION",
            description = "After which the token is worth nothing (default: ${DEFAULT-VALUE}).")
    private Duration ttl;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            split = ",",
            description =
                    "Names and addresses under which browsers and scrapers reach an agent, besides its name and the"
                            + " address it joins from.")
    private List<String> hosts = List.of();

    @Option(names = "--service", paramLabel = "SERVICE", description = "Of a camera: the one it sends frames of.")
    private @Nullable String service;

    @Option(
            names = "--rate",
            defaultValue = "30",
            paramLabel = "N",
            description = "Of a camera: most frames a second (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--frame-size",
            defaultValue = "1MiB",
            paramLabel = "SIZE",
            description = "Of a camera: its largest frame (default: ${DEFAULT-VALUE}).")
    private ByteSize frameSize;

    @Mixin
    private CoordinatorOptions coordinator;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException {
        CreateTokenRequest.Builder request = CreateTokenRequest.newBuilder()
                .setRole(role)
                .setName(name)
                .setTtlNanos(ttl.toNanos())
                .addAllHosts(hosts);
        if (service != null) {
            request.setService(service).setFramesPerSecond(rate).setFrameBytes(frameSize.bytes());
        }
        PrintWriter out = spec.commandLine().getOut();
        try (CoordinatorClient client = coordinator.connect()) {
            CreateTokenResponse created = client.enrol(stub -> stub.createToken(request.build()));
            if (output.isJson()) {
                Json.print(
                        out,
                        Json.object()
                                .put("token", created.getToken())
                                .put(
                                        "expires",
                                        Instant.ofEpochSecond(created.getExpiresEpochSeconds())
                                                .toString()));
            } else {
                out.println(created.getToken());
                out.flush();
            }
        }
        return ExitCode.OK;
    }
}
