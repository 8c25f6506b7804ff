package dev.offramp.coordinator.cli.bench.strangers;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.OutputOption;
import dev.offramp.coordinator.cli.bench.Benches;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench strangers}: what a flood costs the members. */
@Command(
        name = "strangers",
        description = {
            "Sends members' frames through a coordinator and two agents with certificates, by turns alone, while a"
                    + " stranger makes its attempts at a decoy, and while it makes the same at every port of the members."
                    + " Everything stays on loopback and ends by itself.",
            "Stranger and decoy run with the least priority on this machine. What they take from members all the same, a"
                    + " stranger elsewhere would not: the ratios are of the third load to the second, and that of"
                    + " 'nobody' says how far two equal loads are apart.",
            "Columns: attempts a second at members and at the decoy; made in all at members, of those refused AT THE DOOR,"
                    + " let in but gone without a proof (UNPROVED), answered as members are (GOT IN); processor time of"
                    + " agents and coordinator for each that a door let in, measured without frames (CPU ms); frames a"
                    + " second and latency, each alone, with a decoy and flooded, and their RATIO; frames lost."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class StrangersCommand implements Callable<Integer> {
    private static final double NANOS_PER_SECOND = 1e9;

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--kinds",
            split = ",",
            paramLabel = "KIND",
            description = "Of attempts: ${COMPLETION-CANDIDATES} (default: all).")
    private @Nullable List<Kind> kinds;

    @Option(
            names = "--rate",
            defaultValue = "200",
            paramLabel = "N",
            description = "Attempts a second (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            paramLabel = "N",
            description = "Of the three loads, for each kind (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "1",
            paramLabel = "S",
            description = "Of cameras that wait for answers, and again at a steady rate (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--strangers",
            paramLabel = "N",
            description = "As the agents' option of that name (default: theirs).")
    private @Nullable Double strangers;

    @Override
    public Integer call() throws CliException, InterruptedException {
        if (rounds < 1 || !(seconds > 0) || !(rate > 0)) {
            throw new CliException(
                    ExitCode.USAGE,
                    "%d rounds of %s s at %s attempts a second: expected more than 0 of each"
                            .formatted(rounds, seconds, rate));
        }
        StrangersRun.Wanted wanted = new StrangersRun.Wanted(
                kinds == null ? List.of(Kind.values()) : kinds,
                rate,
                rounds,
                Math.round(seconds * NANOS_PER_SECOND),
                Optional.ofNullable(strangers));
        Strangers measured = Benches.runWithMembers((cluster, processes, clock, pause) -> new StrangersRun(
                        wanted,
                        cluster,
                        processes,
                        clock,
                        pause,
                        spec.commandLine().getErr())
                .run());
        if (output.isJson()) {
            Json.print(spec.commandLine().getOut(), measured.json());
        } else {
            measured.print(spec.commandLine().getOut());
        }
        return ExitCode.OK;
    }
}
