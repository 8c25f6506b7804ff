package dev.offramp.coordinator.cli;

import picocli.CommandLine.Command;

/** {@code profile}: measurements that schedulers rest on. */
@Command(
        name = "profile",
        description = "Measures what schedulers need to know.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ProfileCodecsCommand.class, ProfileExitsCommand.class, ProfileNodesCommand.class})
final class ProfileCommand {}
