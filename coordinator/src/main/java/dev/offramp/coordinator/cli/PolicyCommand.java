package dev.offramp.coordinator.cli;

import picocli.CommandLine.Command;

/** {@code policy}: who leaves where, and which chain a job takes. */
@Command(
        name = "policy",
        description = "Sets and shows a service's policy: its thresholds and the mix of its chains.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            PolicySetCommand.class,
            PolicyGetCommand.class,
            PolicyExplainCommand.class,
            PolicyHistoryCommand.class
        })
final class PolicyCommand {}
