package dev.offramp.coordinator.cli;

import picocli.CommandLine.Command;

/** {@code model}: networks, their partitions, and what the coordinator has of them. */
@Command(
        name = "model",
        description = "Inspects, splits, verifies and pushes networks.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ModelInspectCommand.class,
            ModelSplitCommand.class,
            ModelVerifyCommand.class,
            ModelPushCommand.class,
            ModelListCommand.class
        })
final class ModelCommand {}
