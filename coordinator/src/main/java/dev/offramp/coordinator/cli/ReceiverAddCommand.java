package dev.offramp.coordinator.cli;

import dev.offramp.proto.v1.AddReceiverRequest;
import dev.offramp.proto.v1.Receiver;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code receiver add}. */
@Command(
        name = "add",
        description = "Adds a receiver: every ingress of the service tells it of each outcome from now on.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Targets:",
            "  mqtt://BROKER/PREFIX  published under PREFIX/SERVICE/CAMERA, found by Home Assistant; mqtts too",
            "  https://HOST/PATH     posted as JSON, signed with the secret; http too"
        })
@SuppressWarnings("NullAway.Init")
final class ReceiverAddCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the receiver.")
    private String name;

    @Parameters(index = "1", paramLabel = "TARGET", description = "Where the outcomes go.")
    private String target;

    @Option(names = "--service", required = true, paramLabel = "SERVICE", description = "Whose outcomes.")
    private String service;

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            description = "A webhook's secret, at least 16 characters; its first line is taken.")
    private @Nullable Path secretFile;

    @Mixin
    private CoordinatorOptions coordinator;

    @Override
    public Integer call() throws CliException {
        AddReceiverRequest request = AddReceiverRequest.newBuilder()
                .setReceiver(Receiver.newBuilder()
                        .setName(name)
                        .setService(service)
                        .setTarget(target)
                        .setSecret(secret()))
                .build();
        try (CoordinatorClient client = coordinator.connect()) {
            var unused = client.call(control -> control.addReceiver(request));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("receiver " + name + " of " + service);
        out.flush();
        return ExitCode.OK;
    }

    private String secret() throws CliException {
        if (secretFile == null) {
            return "";
        }
        try {
            return Files.readString(secretFile).lines().findFirst().orElse("").strip();
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "cannot read the secret in %s: %s".formatted(secretFile, e), e);
        }
    }
}
