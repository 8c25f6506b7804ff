package dev.offramp.coordinator.cli;

import dev.offramp.proto.v1.RemoveReceiverRequest;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code receiver rm}. */
@Command(name = "rm", description = "Removes a receiver.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class ReceiverRemoveCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "Name of the receiver.")
    private String name;

    @Mixin
    private CoordinatorOptions coordinator;

    @Override
    public Integer call() throws CliException {
        try (CoordinatorClient client = coordinator.connect()) {
            var unused = client.call(control -> control.removeReceiver(
                    RemoveReceiverRequest.newBuilder().setName(name).build()));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("receiver " + name + " is gone");
        out.flush();
        return ExitCode.OK;
    }
}
