package dev.offramp.coordinator.cli;

import dev.offramp.proto.v1.ApplyPlacementRequest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code placement apply placement.yaml}. */
@Command(
        name = "apply",
        description = "Brings a placement to the nodes, make before break; returns when it is active, or undone.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The file:",
            "  services:",
            "    - id: roadside",
            "      model: roadside        # as pushed",
            "      overflow: drop-new     # drop-new | drop-oldest | block",
            "      deadline: 5s",
            "      ingress: [opi-1]",
            "      chains:",
            "        - name: a",
            "          nodes: [opi-1, rpi-1, rpi-3]   # node of partition 0, 1, 2"
        })
@SuppressWarnings("NullAway.Init")
final class PlacementApplyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "YAML; '-' reads standard input.")
    private Path file;

    @Option(
            names = "--wait",
            defaultValue = "5m",
            paramLabel = "DURATION",
            description = "Longest wait for the nodes (default: ${DEFAULT-VALUE}).")
    private Duration patience;

    @Mixin
    private CoordinatorOptions coordinator;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException {
        ApplyPlacementRequest request = PlacementFile.read(file);
        long epoch;
        try (CoordinatorClient client = coordinator.connect()) {
            epoch = client.call(control -> control.applyPlacement(request), patience)
                    .getEpoch();
        }
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            Json.print(out, Json.object().put("epoch", epoch));
        } else {
            out.println("epoch " + epoch + " is active");
            out.flush();
        }
        return ExitCode.OK;
    }
}
