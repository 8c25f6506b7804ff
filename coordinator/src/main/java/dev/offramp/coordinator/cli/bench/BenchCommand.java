package dev.offramp.coordinator.cli.bench;

import dev.offramp.coordinator.cli.bench.chain.ChainCommand;
import dev.offramp.coordinator.cli.bench.freshness.FreshnessCommand;
import dev.offramp.coordinator.cli.bench.inference.InferenceCommand;
import dev.offramp.coordinator.cli.bench.links.LinksCommand;
import dev.offramp.coordinator.cli.bench.overload.OverloadCommand;
import dev.offramp.coordinator.cli.bench.serving.ServingCommand;
import dev.offramp.coordinator.cli.bench.strangers.DecoyCommand;
import dev.offramp.coordinator.cli.bench.strangers.StrangerCommand;
import dev.offramp.coordinator.cli.bench.strangers.StrangersCommand;
import picocli.CommandLine.Command;

/** {@code bench}: what Offramp costs on this machine. */
@Command(
        name = "bench",
        description = "Measures what Offramp costs on this machine.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ChainCommand.class,
            DecoyCommand.class,
            FootprintCommand.class,
            FreshnessCommand.class,
            HopCommand.class,
            InferenceCommand.class,
            LinksCommand.class,
            MarshalCommand.class,
            OverloadCommand.class,
            PeerCommand.class,
            ServingCommand.class,
            StrangerCommand.class,
            StrangersCommand.class
        })
public final class BenchCommand {}
