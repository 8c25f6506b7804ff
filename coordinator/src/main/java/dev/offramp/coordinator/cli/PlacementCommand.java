package dev.offramp.coordinator.cli;

import picocli.CommandLine.Command;

/** {@code placement}: which partition of which chain is on which node. */
@Command(
        name = "placement",
        description = "Applies and shows the placement.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {PlacementApplyCommand.class, PlacementShowCommand.class})
final class PlacementCommand {}
