package dev.offramp.coordinator.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** {@code node ls}. */
@Command(name = "ls", description = "Lists the nodes.", mixinStandardHelpOptions = true)
final class NodeListCommand extends ListingCommand {
    @Override
    void print(CoordinatorClient client, boolean json, PrintWriter out) throws CliException {
        NodeView.printList(client, json, out);
    }
}
