package dev.offramp.coordinator.cli;

import dev.offramp.proto.v1.ControlGrpc.ControlBlockingStub;
import dev.offramp.proto.v1.RemoveReceiverRequest;
import picocli.CommandLine.Command;

/** {@code receiver rm}. */
@Command(name = "rm", description = "Removes a receiver.", mixinStandardHelpOptions = true)
final class ReceiverRemoveCommand extends RemovalCommand {
    ReceiverRemoveCommand() {
        super("receiver");
    }

    @Override
    Object remove(ControlBlockingStub control, String name) {
        return control.removeReceiver(
                RemoveReceiverRequest.newBuilder().setName(name).build());
    }
}
