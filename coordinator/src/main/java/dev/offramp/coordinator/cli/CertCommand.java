package dev.offramp.coordinator.cli;

import picocli.CommandLine.Command;

/** {@code cert}: who has joined. */
@Command(
        name = "cert",
        description = "Shows and revokes the certificates that the cluster's CA has given out.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {CertListCommand.class, CertRevokeCommand.class})
final class CertCommand {}
