package dev.offramp.coordinator.cli;

import picocli.CommandLine.Command;

/** {@code camera}: where a service's frames come from. */
@Command(
        name = "camera",
        description = "Adds, shows and removes cameras.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {CameraAddCommand.class, CameraListCommand.class, CameraRemoveCommand.class})
final class CameraCommand {}
