package dev.offramp.coordinator.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that shows what the coordinator lists, once or again and again. */
@SuppressWarnings("NullAway.Init")
abstract class ListingCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CoordinatorOptions coordinator;

    @Mixin
    private OutputOption output;

    @Mixin
    private WatchOption watch;

    @Override
    public final Integer call() throws CliException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (CoordinatorClient client = coordinator.connect()) {
            watch.show(out, output.isJson(), () -> print(client, output.isJson(), out));
        }
        return ExitCode.OK;
    }

    /** Asks and shows the answer. */
    abstract void print(CoordinatorClient client, boolean json, PrintWriter out) throws CliException;
}
