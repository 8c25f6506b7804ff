package dev.offramp.coordinator.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code node show NODE}. */
@Command(name = "show", description = "Shows one node and what it runs.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class NodeShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NODE", description = "Its name.")
    private String node;

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
            watch.show(out, output.isJson(), () -> NodeView.printOne(client, node, output.isJson(), out));
        }
        return ExitCode.OK;
    }
}
