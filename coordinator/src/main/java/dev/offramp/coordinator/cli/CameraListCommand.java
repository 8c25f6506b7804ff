package dev.offramp.coordinator.cli;

import dev.offramp.proto.v1.ListCamerasRequest;
import dev.offramp.proto.v1.ListCamerasResponse;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** {@code camera ls}. */
@Command(
        name = "ls",
        description = "Lists the cameras: what comes, what is served, what is skipped and why.",
        mixinStandardHelpOptions = true)
final class CameraListCommand extends ListingCommand {
    @Override
    void print(CoordinatorClient client, boolean json, PrintWriter out) throws CliException {
        ListCamerasResponse cameras =
                client.call(control -> control.listCameras(ListCamerasRequest.getDefaultInstance()));
        if (json) {
            Json.print(out, CameraView.json(cameras));
        } else {
            CameraView.table(cameras).print(out);
        }
    }
}
