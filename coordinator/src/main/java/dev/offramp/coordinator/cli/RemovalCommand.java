package dev.offramp.coordinator.cli;

import dev.offramp.proto.v1.ControlGrpc.ControlBlockingStub;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that removes something by its name. */
@SuppressWarnings("NullAway.Init")
abstract class RemovalCommand implements Callable<Integer> {
    private final String what;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "What to remove.")
    private String name;

    @Mixin
    private CoordinatorOptions coordinator;

    /** @param what of these it removes one, e.g. {@code camera} */
    RemovalCommand(String what) {
        this.what = what;
    }

    @Override
    public final Integer call() throws CliException {
        try (CoordinatorClient client = coordinator.connect()) {
            var unused = client.call(control -> remove(control, name));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(what + " " + name + " is gone");
        out.flush();
        return ExitCode.OK;
    }

    abstract Object remove(ControlBlockingStub control, String name);
}
