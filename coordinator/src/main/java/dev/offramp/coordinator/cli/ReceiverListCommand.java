package dev.offramp.coordinator.cli;

import dev.offramp.proto.v1.ListReceiversRequest;
import dev.offramp.proto.v1.ListReceiversResponse;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** {@code receiver ls}. */
@Command(
        name = "ls",
        description = "Lists the receivers: what each was sent by each ingress, what it was not and why.",
        mixinStandardHelpOptions = true)
final class ReceiverListCommand extends ListingCommand {
    @Override
    void print(CoordinatorClient client, boolean json, PrintWriter out) throws CliException {
        ListReceiversResponse receivers =
                client.call(control -> control.listReceivers(ListReceiversRequest.getDefaultInstance()));
        if (json) {
            Json.print(out, ReceiverView.json(receivers));
        } else {
            ReceiverView.table(receivers).print(out);
        }
    }
}
