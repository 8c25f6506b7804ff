package dev.offramp.coordinator.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code node ls}. */
@Command(name = "ls", description = "Lists the nodes.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class NodeListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CoordinatorOptions coordinator;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException {
        try (CoordinatorClient client = coordinator.connect()) {
            NodeView.printList(client, output.isJson(), spec.commandLine().getOut());
        }
        return ExitCode.OK;
    }
}
