package dev.offramp.coordinator.cli.bench;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.OutputOption;
import dev.offramp.coordinator.cli.process.CleanUp;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.coordinator.cli.process.WorkDirectory;
import dev.offramp.partition.ByteSize;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench footprint}: memory and start of an agent. */
@Command(
        name = "footprint",
        description =
                "Starts a coordinator and two agents on this machine and measures the first agent: its memory idle,"
                        + " under load and after partition swaps, its start, and whether it runs in a limited control group.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class FootprintCommand implements Callable<Integer> {
    private static final String UNLIMITED = "none";

    /**
     * What to measure.
     *
     * @param swaps 0 for none
     * @param limit of the control group; empty for none
     */
    record Wanted(int frames, int swaps, int starts, Optional<ByteSize> limit) {
        Wanted {
            if (frames < 1 || starts < 1 || swaps < 0) {
                throw new IllegalArgumentException(
                        "frames (%d) and starts (%d) must be at least 1, swaps (%d) at least 0"
                                .formatted(frames, starts, swaps));
            }
        }
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--frames",
            defaultValue = "3000",
            paramLabel = "N",
            description = "Frames of each load, from four cameras (default: ${DEFAULT-VALUE}).")
    private int frames;

    @Option(
            names = "--swaps",
            defaultValue = "1000",
            paramLabel = "N",
            description = "Partition swaps (default: ${DEFAULT-VALUE}).")
    private int swaps;

    @Option(
            names = "--starts",
            defaultValue = "9",
            paramLabel = "N",
            description = "Starts, of which the median counts (default: ${DEFAULT-VALUE}).")
    private int starts;

    @Option(
            names = "--limit",
            defaultValue = "256MiB",
            paramLabel = "SIZE",
            description = "Memory of the control group, or 'none' for no such run (default: ${DEFAULT-VALUE}).")
    private String limit;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Keeps logs and state (default: a temporary directory, removed at the end).")
    private @Nullable Path data;

    @Override
    public Integer call() throws CliException, InterruptedException {
        Wanted wanted;
        try {
            wanted = new Wanted(
                    frames,
                    swaps,
                    starts,
                    limit.equals(UNLIMITED) ? Optional.empty() : Optional.of(ByteSize.parse(limit)));
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
        NanoClock clock = NanoClock.system();
        try (WorkDirectory directory = WorkDirectory.open("bench", Optional.ofNullable(data));
                ProcessTable processes = new ProcessTable(directory.path(), clock)) {
            CleanUp cleanUp = CleanUp.atExit(directory, processes);
            try {
                print(measure(wanted, directory, processes, clock));
                return ExitCode.OK;
            } finally {
                cleanUp.standDown();
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "the bench cannot go on: " + e.getMessage(), e);
        }
    }

    private Footprint measure(Wanted wanted, WorkDirectory directory, ProcessTable processes, NanoClock clock)
            throws CliException, IOException, InterruptedException {
        Pause pause = Pause.system();
        try (BenchCluster cluster = new BenchCluster(directory, processes, clock, pause);
                Frames camera = new Frames(cluster.ingress())) {
            return new FootprintRun(wanted, cluster, camera, spec.commandLine().getErr(), clock, pause).run();
        }
    }

    private void print(Footprint footprint) {
        if (output.isJson()) {
            Json.print(spec.commandLine().getOut(), footprint.json());
        } else {
            footprint.print(spec.commandLine().getOut());
        }
    }
}
