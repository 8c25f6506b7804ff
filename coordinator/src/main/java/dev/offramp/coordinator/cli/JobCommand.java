package dev.offramp.coordinator.cli;

import picocli.CommandLine.Command;

/** {@code job}: frames by hand. */
@Command(
        name = "job",
        description = "Submits frames and watches outcomes, at a service's ingress.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {JobSubmitCommand.class, JobWatchCommand.class})
final class JobCommand {}
