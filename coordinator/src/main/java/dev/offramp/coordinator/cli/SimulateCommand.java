package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.predict.simulated.SimulatedPredictor;
import dev.offramp.coordinator.scenario.Scenario;
import dev.offramp.coordinator.scheduling.Objective;
import dev.offramp.coordinator.scheduling.Schedulers;
import dev.offramp.coordinator.scheduling.Situation;
import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.coordinator.simulation.Replications;
import dev.offramp.coordinator.simulation.Replications.Estimate;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.SimulationResult;
import dev.offramp.coordinator.simulation.Station;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.proto.v1.GetScenarioResponse;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code simulate SCENARIO}, {@code simulate --from-cluster}. */
@Command(
        name = "simulate",
        description = "Simulates a deployment: losses, accuracy and latency with confidence intervals.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class SimulateCommand implements Callable<Integer> {
    private static final double WARM_UP = 0.1;
    private static final long PREDICTED_ARRIVALS = 20_000;
    private static final String FILE = "file";

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "SCENARIO",
            arity = "0..*",
            description = "YAML; docs/scheduling.md says what it holds. '-' reads standard input. With --from-cluster,"
                    + " services: none for all.")
    private List<String> what = new ArrayList<>();

    @Option(
            names = "--from-cluster",
            description = "Takes placement, policies and what telemetry has measured from the coordinator.")
    private boolean fromCluster;

    @Option(
            names = "--write",
            paramLabel = "FILE",
            description = "Keeps what was taken from the cluster as a scenario, exit profiles beside it.")
    private Optional<Path> keep = Optional.empty();

    @Mixin
    private CoordinatorOptions coordinator;

    @Option(
            names = "--arrivals",
            defaultValue = "100000",
            paramLabel = "N",
            description = "Jobs a replication, the first tenth to warm up (default: ${DEFAULT-VALUE}).")
    private long arrivals;

    @Option(
            names = "--replications",
            defaultValue = "10",
            paramLabel = "R",
            description = "Independent replications, at least 2 (default: ${DEFAULT-VALUE}).")
    private int replications;

    @Option(
            names = "--rate",
            defaultValue = "1",
            paramLabel = "F",
            description = "Every service arrives this many times as fast (default: ${DEFAULT-VALUE}).")
    private double factor;

    @Option(
            names = "--scheduler",
            paramLabel = "NAME",
            description = "Orders by this scheduler in place of the file's shares and thresholds.")
    private Optional<String> scheduler = Optional.empty();

    @Option(
            names = "--against",
            paramLabel = "NAME",
            description =
                    "Also simulates the orders of this scheduler, or 'file' for the file's, with the same arrivals and"
                            + " jobs, and prints the differences.")
    private Optional<String> against = Optional.empty();

    @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "(default: ${DEFAULT-VALUE})")
    private long seed;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException, InterruptedException {
        if (arrivals < 100 || replications < 2 || !(factor > 0) || Double.isInfinite(factor)) {
            throw new CliException(
                    ExitCode.USAGE,
                    "%d arrivals, %d replications, rate %s\nExpected at least 100, at least 2, and a positive, finite rate"
                            .formatted(arrivals, replications, factor));
        }
        Scenario scenario = scenario();
        Workload workload = scenario.workload().faster(factor);
        Replications runs = run(scenario, workload, scheduler);
        Optional<Replications> others =
                against.isPresent() ? Optional.of(run(scenario, workload, against)) : Optional.empty();
        if (output.isJson()) {
            ObjectNode json = json(scenario, workload, runs);
            others.ifPresent(other -> json.set("differences", differences(scenario, runs, other)));
            Json.print(spec.commandLine().getOut(), json);
        } else {
            print(scenario, workload, runs);
            others.ifPresent(other -> printDifferences(scenario, runs, other));
        }
        return ExitCode.OK;
    }

    private Scenario scenario() throws CliException, InterruptedException {
        if (fromCluster) {
            GetScenarioResponse live = LiveScenario.get(coordinator, what);
            return keep.isPresent() ? LiveScenario.write(live, keep.get()) : LiveScenario.read(live);
        }
        if (what.size() != 1 || keep.isPresent()) {
            throw new CliException(
                    ExitCode.USAGE,
                    keep.isPresent()
                            ? "--write keeps what --from-cluster takes\nGive both, or none"
                            : "%d scenarios\nExpected one, or --from-cluster".formatted(what.size()));
        }
        return ScenarioFile.read(Path.of(what.getFirst()));
    }

    private Replications run(Scenario scenario, Workload workload, Optional<String> by) throws CliException {
        return Replications.run(
                scenario.deployment(),
                workload,
                orders(scenario, workload, by),
                arrivals,
                WARM_UP,
                replications,
                new RandomStreams(seed));
    }

    private Map<ServiceId, Orders> orders(Scenario scenario, Workload workload, Optional<String> by)
            throws CliException {
        if (by.isEmpty() || by.get().equals(FILE)) {
            return scenario.orders();
        }
        if (!Schedulers.NAMES.contains(by.get())) {
            throw new CliException(
                    ExitCode.USAGE,
                    "there is no scheduler '%s'\nExpected one of %s".formatted(by.get(), Schedulers.NAMES));
        }
        Situation situation = new Situation(scenario.deployment(), workload, scenario.orders(), Map.of());
        return Schedulers.named(by.get(), new SimulatedPredictor(PREDICTED_ARRIVALS, ~seed), Objective.standard())
                .schedule(situation);
    }

    private void print(Scenario scenario, Workload workload, Replications runs) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%d replications of %d arrivals, ± 95 %% confidence%n%n", replications, arrivals);
        Table services = new Table(
                "SERVICE",
                "RATE",
                "LOSS RATIO",
                "ACCURACY",
                "CORRECT GOODPUT",
                "EXITS",
                "LATENCY MEAN",
                "P50",
                "P95",
                "P99");
        for (ServiceModel model : scenario.deployment().services()) {
            ServiceId id = model.id();
            services.row(
                    id,
                    String.format(Locale.ROOT, "%.3g/s", workload.of(id).arrivalRate()),
                    percent(runs.of(id, SimulationResult.ServiceResult::lossRatio)),
                    percent(runs.of(id, SimulationResult.ServiceResult::accuracy)),
                    percent(runs.of(id, SimulationResult.ServiceResult::correctGoodput)),
                    exits(runs, model),
                    millis(runs.of(id, one -> one.latency().mean())),
                    millis(runs.of(id, one -> one.latency().p50())),
                    millis(runs.of(id, one -> one.latency().p95())),
                    millis(runs.of(id, one -> one.latency().p99())));
        }
        services.print(out);
        out.println();
        Table nodes = new Table("NODE", "UTILISATION", "MEAN JOBS", "LOSS RATIO");
        for (Station station : scenario.deployment().stations()) {
            nodes.row(
                    station.node(),
                    percent(runs.of(station.node(), SimulationResult.StationResult::utilisation)),
                    String.format(
                            Locale.ROOT,
                            "%.2f",
                            runs.of(station.node(), SimulationResult.StationResult::meanJobs)
                                    .mean()),
                    percent(runs.of(station.node(), SimulationResult.StationResult::lossRatio)));
        }
        nodes.print(out);
    }

    private void printDifferences(Scenario scenario, Replications runs, Replications others) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%nless %s, job by job the same arrivals%n", against.orElseThrow());
        Table table = new Table("SERVICE", "LOSS RATIO", "ACCURACY", "CORRECT GOODPUT", "LATENCY MEAN");
        for (ServiceModel model : scenario.deployment().services()) {
            ServiceId id = model.id();
            Estimate latency = runs.less(others, id, one -> one.latency().mean());
            table.row(
                    id,
                    points(runs.less(others, id, SimulationResult.ServiceResult::lossRatio)),
                    points(runs.less(others, id, SimulationResult.ServiceResult::accuracy)),
                    points(runs.less(others, id, SimulationResult.ServiceResult::correctGoodput)),
                    String.format(Locale.ROOT, "%+.1f ± %.1f ms", 1e3 * latency.mean(), 1e3 * latency.halfWidth()));
        }
        table.print(out);
    }

    private static ArrayNode differences(Scenario scenario, Replications runs, Replications others) {
        ArrayNode services = Json.object().arrayNode();
        for (ServiceModel model : scenario.deployment().services()) {
            ServiceId id = model.id();
            ObjectNode service = services.addObject().put("service", id.value());
            put(service, "lossRatio", runs.less(others, id, SimulationResult.ServiceResult::lossRatio));
            put(service, "accuracy", runs.less(others, id, SimulationResult.ServiceResult::accuracy));
            put(service, "correctGoodput", runs.less(others, id, SimulationResult.ServiceResult::correctGoodput));
            put(service, "meanLatencySeconds", runs.less(others, id, one -> one.latency()
                    .mean()));
        }
        return services;
    }

    private static String points(Estimate difference) {
        return String.format(Locale.ROOT, "%+.2f ± %.2f points", 100 * difference.mean(), 100 * difference.halfWidth());
    }

    private static String exits(Replications runs, ServiceModel model) {
        StringBuilder text = new StringBuilder();
        for (int exit = 1; exit <= model.exits().exits(); exit++) {
            int number = exit;
            double share =
                    runs.of(model.id(), one -> one.completed().share(number)).mean();
            text.append(exit == 1 ? "" : "/").append(Math.round(100 * share));
        }
        return text.append(" %").toString();
    }

    private static String percent(Estimate estimate) {
        return String.format(Locale.ROOT, "%.2f ± %.2f %%", 100 * estimate.mean(), 100 * estimate.halfWidth());
    }

    private static String millis(Estimate estimate) {
        return String.format(Locale.ROOT, "%.1f ms", 1e3 * estimate.mean());
    }

    private ObjectNode json(Scenario scenario, Workload workload, Replications runs) {
        ObjectNode json = Json.object();
        json.put("arrivals", arrivals);
        json.put("replications", replications);
        json.put("seed", seed);
        ArrayNode services = json.putArray("services");
        for (ServiceModel model : scenario.deployment().services()) {
            ServiceId id = model.id();
            ObjectNode service = services.addObject();
            service.put("service", id.value());
            service.put("arrivalRate", workload.of(id).arrivalRate());
            put(service, "lossRatio", runs.of(id, SimulationResult.ServiceResult::lossRatio));
            put(service, "accuracy", runs.of(id, SimulationResult.ServiceResult::accuracy));
            put(service, "correctGoodput", runs.of(id, SimulationResult.ServiceResult::correctGoodput));
            ArrayNode exits = service.putArray("exitShares");
            for (int exit = 1; exit <= model.exits().exits(); exit++) {
                int number = exit;
                exits.add(runs.of(id, one -> one.completed().share(number)).mean());
            }
            ObjectNode latency = service.putObject("latencySeconds");
            put(latency, "mean", runs.of(id, one -> one.latency().mean()));
            put(latency, "p50", runs.of(id, one -> one.latency().p50()));
            put(latency, "p95", runs.of(id, one -> one.latency().p95()));
            put(latency, "p99", runs.of(id, one -> one.latency().p99()));
        }
        ArrayNode nodes = json.putArray("nodes");
        for (Station station : scenario.deployment().stations()) {
            ObjectNode node = nodes.addObject();
            node.put("node", station.node().value());
            put(node, "utilisation", runs.of(station.node(), SimulationResult.StationResult::utilisation));
            put(node, "meanJobs", runs.of(station.node(), SimulationResult.StationResult::meanJobs));
            put(node, "lossRatio", runs.of(station.node(), SimulationResult.StationResult::lossRatio));
        }
        return json;
    }

    private static void put(ObjectNode parent, String key, Estimate estimate) {
        ObjectNode node = parent.putObject(key);
        node.put("mean", estimate.mean());
        node.put("ci95", estimate.halfWidth());
    }
}
