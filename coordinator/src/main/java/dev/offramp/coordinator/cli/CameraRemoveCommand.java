package dev.offramp.coordinator.cli;

import dev.offramp.proto.v1.ControlGrpc.ControlBlockingStub;
import dev.offramp.proto.v1.RemoveCameraRequest;
import picocli.CommandLine.Command;

/** {@code camera rm}. */
@Command(name = "rm", description = "Removes a camera.", mixinStandardHelpOptions = true)
final class CameraRemoveCommand extends RemovalCommand {
    CameraRemoveCommand() {
        super("camera");
    }

    @Override
    Object remove(ControlBlockingStub control, String name) {
        return control.removeCamera(
                RemoveCameraRequest.newBuilder().setName(name).build());
    }
}
