package dev.offramp.coordinator.cli;

import dev.offramp.proto.v1.ListCamerasRequest;
import dev.offramp.proto.v1.ListCamerasResponse;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code camera ls}. */
@Command(
        name = "ls",
        description = "Lists the cameras: what comes, what is served, what is skipped and why.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class CameraListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CoordinatorOptions coordinator;

    @Mixin
    private OutputOption output;

    @Mixin
    private WatchOption watch;

    @Override
    public Integer call() throws CliException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (CoordinatorClient client = coordinator.connect()) {
            watch.show(out, output.isJson(), () -> print(client, out));
        }
        return ExitCode.OK;
    }

    private void print(CoordinatorClient client, PrintWriter out) throws CliException {
        ListCamerasResponse cameras =
                client.call(control -> control.listCameras(ListCamerasRequest.getDefaultInstance()));
        if (output.isJson()) {
            Json.print(out, CameraView.json(cameras));
        } else {
            CameraView.table(cameras).print(out);
        }
    }
}
