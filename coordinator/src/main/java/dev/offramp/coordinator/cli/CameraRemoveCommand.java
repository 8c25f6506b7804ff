package dev.offramp.coordinator.cli;

import dev.offramp.proto.v1.RemoveCameraRequest;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code camera rm}. */
@Command(name = "rm", description = "Removes a camera.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class CameraRemoveCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "Name of the camera.")
    private String name;

    @Mixin
    private CoordinatorOptions coordinator;

    @Override
    public Integer call() throws CliException {
        try (CoordinatorClient client = coordinator.connect()) {
            var unused = client.call(control -> control.removeCamera(
                    RemoveCameraRequest.newBuilder().setName(name).build()));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("camera " + name + " is gone");
        out.flush();
        return ExitCode.OK;
    }
}
