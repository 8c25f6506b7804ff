package dev.offramp.coordinator.cli.bench;

import dev.offramp.coordinator.cli.bench.inference.InferenceCommand;
import picocli.CommandLine.Command;

/** {@code bench}: what Offramp costs on this machine. */
@Command(
        name = "bench",
        description = "Measures what Offramp costs on this machine.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {FootprintCommand.class, HopCommand.class, InferenceCommand.class, PeerCommand.class})
public final class BenchCommand {}
