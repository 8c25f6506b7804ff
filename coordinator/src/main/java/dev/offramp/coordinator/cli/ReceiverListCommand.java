package dev.offramp.coordinator.cli;

import dev.offramp.proto.v1.ListReceiversRequest;
import dev.offramp.proto.v1.ListReceiversResponse;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code receiver ls}. */
@Command(
        name = "ls",
        description = "Lists the receivers: what each was sent by each ingress, what it was not and why.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class ReceiverListCommand implements Callable<Integer> {
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
        ListReceiversResponse receivers =
                client.call(control -> control.listReceivers(ListReceiversRequest.getDefaultInstance()));
        if (output.isJson()) {
            Json.print(out, ReceiverView.json(receivers));
        } else {
            ReceiverView.table(receivers).print(out);
        }
    }
}
