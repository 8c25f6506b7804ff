package dev.offramp.coordinator.cli.bench.overload;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.OutputOption;
import dev.offramp.coordinator.cli.bench.Benches;
import dev.offramp.coordinator.simulation.RandomStreams;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench overload}: loss at full queues beside what queueing theory says. */
@Command(
        name = "overload",
        description =
                "Starts agents whose inferences take a given time, sends jobs to them at random moments, and compares"
                        + " what they lose with the exact loss ratio of the queue (M/M/1/K, M/D/1/K), or with the"
                        + " simulator where there is no formula. K counts the job in service.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class OverloadCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--loads",
            defaultValue = "0.5,0.8,1,1.2,1.5,2",
            split = ",",
            paramLabel = "LOAD",
            description = "Arrival rate × mean service time (default: ${DEFAULT-VALUE}).")
    private List<Double> loads;

    @Option(
            names = "--capacities",
            defaultValue = "1,2,4,8,16,32,8-4",
            split = ",",
            paramLabel = "K[-K…]",
            description = "Of the agents; 8-4 is a chain of two of them (default: ${DEFAULT-VALUE}).")
    private List<String> capacities;

    @Option(
            names = "--service",
            defaultValue = "exponential,deterministic",
            split = ",",
            paramLabel = "LAW",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private List<Law> laws;

    @Option(
            names = "--arrivals",
            defaultValue = "poisson",
            split = ",",
            paramLabel = "KIND",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private List<Arrivals> arrivals;

    @Option(
            names = "--service-time",
            defaultValue = "5ms",
            paramLabel = "DURATION",
            description = "Mean of every agent (default: ${DEFAULT-VALUE}).")
    private Duration serviceTime;

    @Option(
            names = "--each",
            defaultValue = "8s",
            paramLabel = "DURATION",
            description = "How long each load lasts (default: ${DEFAULT-VALUE}).")
    private Duration each;

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "N",
            description = "Of the arrivals and of the simulator (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    public Integer call() throws CliException, InterruptedException {
        Wanted wanted;
        try {
            List<Line> lines = laws.stream()
                    .flatMap(law -> capacities.stream().map(line -> Line.parse(law, line)))
                    .toList();
            wanted = new Wanted(arrivals, lines, loads, serviceTime, each, seed);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
        List<Measured> measured = Benches.run((cluster, processes, clock, pause) ->
                new OverloadRun(wanted, cluster, spec.commandLine().getErr(), clock, pause).run());
        Overload overload = Overload.of(serviceTime, measured, new Theory(new RandomStreams(seed)));
        if (output.isJson()) {
            Json.print(spec.commandLine().getOut(), overload.json());
        } else {
            overload.print(spec.commandLine().getOut());
        }
        return ExitCode.OK;
    }
}
