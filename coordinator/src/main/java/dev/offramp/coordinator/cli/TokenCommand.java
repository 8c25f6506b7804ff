package dev.offramp.coordinator.cli;

import picocli.CommandLine.Command;

/** {@code token}: invitations to the cluster. */
@Command(
        name = "token",
        description = "Makes single-use tokens with which boards, cameras and people join a cluster with certificates.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TokenCreateCommand.class, TokenListCommand.class, TokenRevokeCommand.class})
final class TokenCommand {}
