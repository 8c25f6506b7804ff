package dev.offramp.coordinator.cli.bench.freshness;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.OutputOption;
import dev.offramp.coordinator.cli.bench.Benches;
import dev.offramp.proto.v1.Overflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench freshness}: the age of results under overload. */
@Command(
        name = "freshness",
        description =
                "Sends more frames through a chain of two agents than the second can take, and measures how old results"
                        + " are when full queues drop the new job, drop the oldest one or block the sender, each without"
                        + " and with a deadline that matters.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class FreshnessCommand implements Callable<Integer> {
    private static final List<Overflow> OVERFLOWS = List.of(Overflow.DROP_NEW, Overflow.DROP_OLDEST, Overflow.BLOCK);
    /** A deadline that no job misses. */
    private static final Duration NEVER = Duration.ofSeconds(5);

    /**
     * What to measure.
     *
     * @param serviceTime of the slower agent
     * @param load of it
     * @param capacity K of both agents
     * @param each how long a mode lasts
     */
    record Wanted(List<Mode> modes, Duration serviceTime, double load, int capacity, Duration each, long seed) {
        private static final double MAX_LOAD = 20;

        Wanted {
            modes = List.copyOf(modes);
            if (!(load > 0 && load <= MAX_LOAD) || capacity < 1) {
                throw new IllegalArgumentException(
                        "a load of %s on %d places: expected above 0 and at most %s, and at least 1"
                                .formatted(load, capacity, MAX_LOAD));
            }
            if (serviceTime.compareTo(Duration.ofMillis(1)) < 0 || each.compareTo(serviceTime) < 0) {
                throw new IllegalArgumentException(
                        "a service time of %s for %s: expected at least 1ms, and time for at least one"
                                .formatted(serviceTime, each));
            }
        }

        /** Every overflow mode without and with this deadline. */
        static List<Mode> modes(Duration deadline) {
            List<Mode> modes = new ArrayList<>();
            for (Duration one : List.of(NEVER, deadline)) {
                OVERFLOWS.forEach(overflow -> modes.add(new Mode(overflow, one)));
            }
            return modes;
        }
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--load",
            defaultValue = "2",
            paramLabel = "LOAD",
            description = "Frame rate × service time of the slower agent (default: ${DEFAULT-VALUE}).")
    private double load;

    @Option(
            names = "--service-time",
            defaultValue = "10ms",
            paramLabel = "DURATION",
            description = "Of the slower agent, always the same; the other is four times as fast (default:"
                    + " ${DEFAULT-VALUE}).")
    private Duration serviceTime;

    @Option(
            names = "--capacity",
            defaultValue = "8",
            paramLabel = "K",
            description = "Of both agents, the job in service included (default: ${DEFAULT-VALUE}).")
    private int capacity;

    @Option(
            names = "--deadline",
            paramLabel = "DURATION",
            description = "Of half of the runs (default: four service times).")
    private @Nullable Duration deadline;

    @Option(
            names = "--each",
            defaultValue = "10s",
            paramLabel = "DURATION",
            description = "How long each mode lasts (default: ${DEFAULT-VALUE}).")
    private Duration each;

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "N",
            description = "Of the frames' arrivals (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    public Integer call() throws CliException, InterruptedException {
        Wanted wanted;
        try {
            Duration tight = deadline == null ? serviceTime.multipliedBy(4) : deadline;
            wanted = new Wanted(Wanted.modes(tight), serviceTime, load, capacity, each, seed);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
        Freshness freshness = Benches.run((cluster, processes, clock, pause) ->
                new FreshnessRun(wanted, cluster, spec.commandLine().getErr(), clock, pause).run());
        if (output.isJson()) {
            Json.print(spec.commandLine().getOut(), freshness.json());
        } else {
            freshness.print(spec.commandLine().getOut());
        }
        return ExitCode.OK;
    }
}
