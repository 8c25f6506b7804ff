package dev.offramp.coordinator.cli;

import java.io.PrintWriter;
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

    @Mixin
    private WatchOption watch;

    @Override
    public Integer call() throws CliException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (CoordinatorClient client = coordinator.connect()) {
            watch.show(out, output.isJson(), () -> NodeView.printList(client, output.isJson(), out));
        }
        return ExitCode.OK;
    }
}
