package dev.offramp.coordinator.cli.demo;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.OutputOption;
import dev.offramp.coordinator.cli.process.CleanUp;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.coordinator.cli.process.WorkDirectory;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code demo}: a whole cluster on this machine, from start to summary. */
@Command(
        name = "demo",
        description = {
            "Shows a whole cluster on this machine: a coordinator and five emulated boards (two Orange Pi, three"
                    + " Raspberry Pi), a network cut in three, two chains, and a camera whose frames flow through them.",
            "Half-way the thresholds are lowered, so that frames leave earlier. Ends with a summary and leaves nothing"
                    + " running, also on Ctrl-C."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--duration",
            defaultValue = "60s",
            paramLabel = "DURATION",
            description = "How long the camera films (default: ${DEFAULT-VALUE}).")
    private Duration duration;

    @Option(
            names = "--rate",
            defaultValue = "1.2x",
            paramLabel = "RATE",
            description = "Frames a second, e.g. 40, or a multiple of what the boards can serve under the first"
                    + " thresholds, e.g. 3x (default: ${DEFAULT-VALUE}).")
    private String rate;

    @Option(
            names = "--thresholds",
            defaultValue = "0.95,0.6",
            split = ",",
            arity = "1",
            paramLabel = "THRESHOLD",
            description = "Of every exit, in the first and in the second half (default: ${DEFAULT-VALUE}).")
    private float[] thresholds;

    @Option(
            names = "--scheduler",
            paramLabel = "NAME",
            description = "Lets a scheduler set the thresholds, e.g. ceen; with exit-last no frame leaves early.")
    private @Nullable String scheduler;

    @Option(
            names = "--load-step",
            description =
                    "The camera films at 0.6, 1.6 and 0.6 times what the boards can serve without early exits, for"
                            + " equal times; before, as long at 1.6 under exit-last, to compare with (with --scheduler;"
                            + " default: ceen).")
    private boolean loadStep;

    @Option(
            names = "--tls",
            description =
                    "With certificates: the coordinator makes a CA, every agent joins with a token of its own, and"
                            + " strangers get nowhere.")
    private boolean tls;

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "NUMBER",
            description = "Of the camera's scenes (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Keeps logs, state and process ids (default: a temporary directory, removed at the end).")
    private @Nullable Path data;

    @Override
    public Integer call() throws CliException, InterruptedException {
        DemoOptions options = options();
        NanoClock clock = NanoClock.system();
        try (WorkDirectory directory = WorkDirectory.open("demo", options.data());
                ProcessTable processes = new ProcessTable(directory.path(), clock)) {
            CleanUp cleanUp = CleanUp.atExit(directory, processes);
            try {
                return run(options, directory, processes, clock);
            } finally {
                cleanUp.standDown();
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "the demo cannot go on: " + e.getMessage(), e);
        }
    }

    private int run(DemoOptions options, WorkDirectory directory, ProcessTable processes, NanoClock clock)
            throws CliException, IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter messages = output.isJson() ? spec.commandLine().getErr() : out;
        Progress progress = new Progress(messages, Ansi.AUTO.enabled() && !output.isJson());
        DemoRun run = new DemoRun(options, directory, processes, progress, clock, Pause.system());
        if (options.steered().isPresent()) {
            SteeredSummary summary = run.runSteered(options.steered().get());
            processes.close();
            if (output.isJson()) {
                Json.print(out, summary.json());
            } else {
                progress.print(summary.lines());
            }
            return summary.conserved() ? ExitCode.OK : ExitCode.ERROR;
        }
        DemoSummary summary = run.run();
        processes.close();
        if (output.isJson()) {
            out.println(SummaryJson.of(summary).toPrettyString());
            out.flush();
        } else {
            progress.print(new SummaryText(progress.paint()).lines(summary));
        }
        return summary.conserved() ? ExitCode.OK : ExitCode.ERROR;
    }

    private Optional<DemoOptions.Steered> steered() {
        String name = scheduler;
        if (name == null) {
            return loadStep ? Optional.of(new DemoOptions.Steered("ceen", true)) : Optional.empty();
        }
        return Optional.of(new DemoOptions.Steered(name, loadStep));
    }

    private DemoOptions options() {
        if (thresholds.length != 2) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--thresholds names %d values: expected two, e.g. 0.95,0.6".formatted(thresholds.length));
        }
        try {
            return new DemoOptions(
                    duration,
                    Rate.parse(rate),
                    Optional.ofNullable(data),
                    seed,
                    thresholds[0],
                    thresholds[1],
                    steered(),
                    tls);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
