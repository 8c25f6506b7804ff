package dev.offramp.coordinator.cli.experiment;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.predict.simulated.SimulatedPredictor;
import dev.offramp.coordinator.scheduling.Ceiling;
import dev.offramp.coordinator.scheduling.Schedulers;
import dev.offramp.coordinator.simulation.ArrivalProcess;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.profile.ExitProfile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code experiment}: all schedulers on the same deployments, arrivals and jobs, in the simulator. */
@Command(
        name = "experiment",
        description = "Compares schedulers in the simulator; writes results.csv, leads.md and charts.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class ExperimentCommand implements Callable<Integer> {
    /** Twice the mean rate in a fifth of the time, for as long as 20 jobs come on average. */
    private static final double BURST_RATIO = 2;

    private static final double BURST_SHARE = 0.2;
    private static final double BURST_JOBS = 20;
    private static final long PREDICTED_ARRIVALS = 20_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--profile",
            required = true,
            paramLabel = "CSV",
            description = "Exit profile of the cifar10 network: partitions/models/cifar10/profile.csv.")
    private Path profile;

    @Option(
            names = "--ceed",
            paramLabel = "JSON",
            description = "ceed_system_profile.json as published with CEED: a second board.")
    private @Nullable Path ceed;

    @Option(
            names = "--load-factor",
            split = ",",
            defaultValue = "0.5,0.75,1.0,1.2,1.5,1.75,2.0",
            paramLabel = "F",
            description = "Load of the busiest node if every job ran to the end (default: ${DEFAULT-VALUE}).")
    private List<Double> loadFactors;

    @Option(
            names = "--scheduler",
            split = ",",
            paramLabel = "NAME",
            description = "Some schedulers only (default: all).")
    private List<String> schedulers = Schedulers.NAMES;

    @Option(
            names = "--arrivals",
            defaultValue = "20000",
            paramLabel = "N",
            description = "Jobs a replication (default: ${DEFAULT-VALUE}).")
    private long arrivals;

    @Option(
            names = "--replications",
            defaultValue = "10",
            paramLabel = "R",
            description = "Independent replications, at least 2 (default: ${DEFAULT-VALUE}).")
    private int replications;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "(default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--out",
            defaultValue = "docs/experiments",
            paramLabel = "DIR",
            description = "Where results.csv, leads.md and the charts go (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Override
    public Integer call() throws CliException {
        for (String scheduler : schedulers) {
            if (!Schedulers.NAMES.contains(scheduler)) {
                throw new CliException(
                        ExitCode.USAGE,
                        "there is no scheduler '%s'\nExpected some of %s".formatted(scheduler, Schedulers.NAMES));
            }
        }
        if (arrivals < 100 || replications < 2 || loadFactors.stream().anyMatch(factor -> !(factor > 0))) {
            throw new CliException(
                    ExitCode.USAGE,
                    "%d arrivals, %d replications, load factors %s\nExpected at least 100, at least 2, and only positive ones"
                            .formatted(arrivals, replications, loadFactors));
        }
        try {
            List<Row> rows = run(boards());
            Files.createDirectories(out);
            List<String> lines = new ArrayList<>(List.of(Row.HEADER));
            rows.forEach(row -> lines.add(row.csv()));
            Files.write(out.resolve("results.csv"), lines);
            Map<String, List<Row>> pictures =
                    rows.stream().collect(Collectors.groupingBy(row -> picture(row.setting())));
            for (Map.Entry<String, List<Row>> picture : pictures.entrySet()) {
                Charts.write(out.resolve(picture.getKey() + ".png"), picture.getValue());
            }
            if (schedulers.containsAll(Leads.COMPARED)) {
                Files.writeString(out.resolve("leads.md"), Leads.markdown(rows));
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, String.valueOf(e.getMessage()), e);
        }
        return ExitCode.OK;
    }

    private static String picture(Setting setting) {
        return "%s-%s%s".formatted(setting.board(), setting.arrivals(), setting.deadline() > 0 ? "-deadline" : "");
    }

    private List<Board> boards() throws IOException {
        ExitProfile exits = ExitProfile.read(profile);
        if (exits.exits() != Boards.EXITS) {
            throw new IOException("%s has %d exits\nExpected the %d of the cifar10 network"
                    .formatted(profile, exits.exits(), Boards.EXITS));
        }
        List<Board> boards = new ArrayList<>(List.of(Boards.orangePi(exits)));
        if (ceed != null) {
            boards.add(Boards.ceed(ceed, exits));
        }
        return boards;
    }

    private List<Row> run(List<Board> boards) {
        PrintWriter progress = spec.commandLine().getOut();
        Contest contest = new Contest(new SimulatedPredictor(PREDICTED_ARRIVALS, ~seed), arrivals, replications, seed);
        Map<String, DoubleFunction<ArrivalProcess>> processes = new TreeMap<>(Map.of(
                "poisson",
                ArrivalProcess.Poisson::new,
                "bursty",
                rate -> ArrivalProcess.Mmpp.bursts(rate, BURST_RATIO, BURST_SHARE, BURST_JOBS / rate)));
        List<Row> rows = new ArrayList<>();
        for (Board board : boards) {
            for (Deployments.Case one : Deployments.all(board)) {
                processes.forEach((name, process) -> {
                    for (double factor : loadFactors) {
                        Workload workload = one.workload(factor, process);
                        Setting setting = new Setting(board.name(), one.name(), one.deadline(), name, factor);
                        for (String scheduler : schedulers) {
                            Row row = Row.of(setting, scheduler, contest.run(scheduler, one.deployment(), workload));
                            rows.add(row);
                            progress.println(row.csv());
                            progress.flush();
                        }
                        rows.add(Row.of(setting, Ceiling.of(one.deployment(), workload)));
                    }
                });
            }
        }
        return rows;
    }
}
