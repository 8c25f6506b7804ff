package dev.offramp.coordinator.cli;

import picocli.CommandLine.Command;

/** {@code node}: what is known of the boards. */
@Command(
        name = "node",
        description = "Shows the nodes.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {NodeListCommand.class, NodeShowCommand.class, NodeDrainCommand.class})
final class NodeCommand {}
