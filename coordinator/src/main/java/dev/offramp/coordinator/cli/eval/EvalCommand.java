package dev.offramp.coordinator.cli.eval;

import picocli.CommandLine.Command;

/** {@code eval}: how well simulator and predictors do on published data. */
@Command(
        name = "eval",
        description =
                "Measures simulator and predictors against published figures, schedulers and exit profiles against the"
                        + " clock.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            EvalSimulatorCommand.class,
            EvalPredictorCommand.class,
            EvalSchedulerCommand.class,
            EvalProfileCommand.class
        })
public final class EvalCommand {}
