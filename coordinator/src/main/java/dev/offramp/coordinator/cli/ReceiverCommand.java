package dev.offramp.coordinator.cli;

import picocli.CommandLine.Command;

/** {@code receiver}: where a service's outcomes go. */
@Command(
        name = "receiver",
        description = "Adds, shows and removes receivers of outcomes.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ReceiverAddCommand.class, ReceiverListCommand.class, ReceiverRemoveCommand.class})
final class ReceiverCommand {}
