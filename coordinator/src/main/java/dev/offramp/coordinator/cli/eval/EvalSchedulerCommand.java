package dev.offramp.coordinator.cli.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.OutputOption;
import dev.offramp.coordinator.predict.Predictor;
import dev.offramp.coordinator.predict.simulated.SimulatedPredictor;
import dev.offramp.coordinator.scheduling.Objective;
import dev.offramp.coordinator.scheduling.Rehearsal;
import dev.offramp.coordinator.scheduling.Schedulers;
import dev.offramp.coordinator.scheduling.Situation;
import dev.offramp.coordinator.simulation.ArrivalProcess;
import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.Discipline;
import dev.offramp.coordinator.simulation.ExitBehaviour;
import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.ServiceTime;
import dev.offramp.coordinator.simulation.Station;
import dev.offramp.coordinator.simulation.Visit;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.profile.ExitProfile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code eval scheduler}: how long a decision takes, and what it gains, on a random deployment. */
@Command(
        name = "scheduler",
        description = "Measures how long a scheduler thinks about a random deployment, and what its orders gain.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class EvalSchedulerCommand implements Callable<Integer> {
    private static final int CAPACITY = 10;
    private static final int CHAINS = 2;
    private static final int HOPS = 3;
    private static final double SECONDS_PER_EXIT = 0.01;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--scheduler",
            defaultValue = "ceen",
            paramLabel = "NAME",
            description = "(default: ${DEFAULT-VALUE})")
    private String scheduler;

    @Option(names = "--profile", required = true, paramLabel = "CSV", description = "Exit profile of every service.")
    private Path profile;

    @Option(names = "--nodes", defaultValue = "5", paramLabel = "N", description = "(default: ${DEFAULT-VALUE})")
    private int nodes;

    @Option(names = "--services", defaultValue = "3", paramLabel = "S", description = "(default: ${DEFAULT-VALUE})")
    private int services;

    @Option(
            names = "--load-factor",
            defaultValue = "1.5",
            paramLabel = "F",
            description = "Mean load of the nodes if every job ran to the end (default: ${DEFAULT-VALUE}).")
    private double loadFactor;

    @Option(
            names = "--arrivals",
            defaultValue = "20000",
            paramLabel = "N",
            description = "Budget of a prediction (default: ${DEFAULT-VALUE}).")
    private long arrivals;

    @Option(
            names = "--decisions",
            defaultValue = "5",
            paramLabel = "D",
            description = "Times the same question is asked; the first is slower (default: ${DEFAULT-VALUE}).")
    private int decisions;

    @Option(
            names = "--cold",
            description = "Without the rehearsal that a coordinator begins with, which shortens the first decision.")
    private boolean cold;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "(default: ${DEFAULT-VALUE})")
    private long seed;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException {
        if (nodes < HOPS
                || services < 1
                || arrivals < 1
                || decisions < 1
                || !(loadFactor > 0)
                || Double.isInfinite(loadFactor)
                || !Schedulers.NAMES.contains(scheduler)) {
            throw new CliException(
                    ExitCode.USAGE,
                    "%d nodes, %d services, %d arrivals, %d decisions, load factor %s, scheduler '%s'\nExpected at least %d, 1, 1 and 1, a positive, finite load factor, one of %s"
                            .formatted(
                                    nodes,
                                    services,
                                    arrivals,
                                    decisions,
                                    loadFactor,
                                    scheduler,
                                    HOPS,
                                    Schedulers.NAMES));
        }
        Deployment deployment = deployment();
        Situation situation = Situation.initial(deployment, workload(deployment));
        Predictor predictor = new SimulatedPredictor(arrivals, seed);
        Objective objective = Objective.standard();
        if (!cold) {
            Rehearsal.run(() -> true);
        }
        List<Double> seconds = new ArrayList<>();
        Map<ServiceId, Orders> orders = Map.of();
        for (int i = 0; i < decisions; i++) {
            long begin = System.nanoTime();
            orders = Schedulers.named(scheduler, predictor, objective).schedule(situation);
            seconds.add((System.nanoTime() - begin) / 1e9);
        }
        double before = value(situation, situation.inForce(), predictor, objective);
        double after = value(situation, orders, predictor, objective);
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            ObjectNode json = Json.object();
            json.put("scheduler", scheduler);
            json.put("nodes", nodes);
            json.put("services", services);
            json.put("exits", deployment.services().get(0).exits().exits());
            json.put("firstSeconds", seconds.get(0));
            json.put("lastSeconds", seconds.get(decisions - 1));
            json.put("objectiveBefore", before);
            json.put("objectiveAfter", after);
            Json.print(out, json);
        } else {
            out.printf(
                    "%s on %d nodes, %d services: %.2f s (first decision %.2f s), objective %.4f (exit-last %.4f)%n",
                    scheduler, nodes, services, seconds.get(decisions - 1), seconds.get(0), after, before);
            out.flush();
        }
        return ExitCode.OK;
    }

    private static double value(
            Situation situation, Map<ServiceId, Orders> orders, Predictor predictor, Objective objective) {
        return objective.value(predictor.predict(situation.deployment(), situation.workload(), orders));
    }

    /** Two chains a service, each over three different nodes. */
    private Deployment deployment() throws CliException {
        ExitProfile exits;
        try {
            exits = ExitProfile.read(profile);
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, String.valueOf(e.getMessage()), e);
        }
        RandomGenerator random = new RandomStreams(seed).stream("deployment");
        List<Station> stations = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            stations.add(new Station(
                    node(i), CAPACITY, Long.MAX_VALUE, 0.7 + 0.6 * random.nextDouble(), Discipline.FIRST_COME));
        }
        List<ServiceModel> models = new ArrayList<>();
        for (int s = 0; s < services; s++) {
            ServiceId id = new ServiceId("service-" + s);
            List<ChainModel> chains = new ArrayList<>();
            for (int c = 0; c < CHAINS; c++) {
                chains.add(chain(new ChainId(id, "chain-" + c), exits.exits(), random.nextInt(nodes)));
            }
            models.add(new ServiceModel(
                    id,
                    Optional.empty(),
                    new ExitBehaviour.Measured(exits),
                    Overflow.DROP_NEW,
                    0,
                    Double.POSITIVE_INFINITY,
                    chains));
        }
        return new Deployment(stations, List.of(), models);
    }

    private ChainModel chain(ChainId id, int exits, int first) {
        int hops = Math.min(HOPS, exits);
        List<Visit> visits = new ArrayList<>();
        int next = 1;
        for (int hop = 0; hop < hops; hop++) {
            List<Visit.Segment> segments = new ArrayList<>();
            for (; next <= exits * (hop + 1) / hops; next++) {
                segments.add(new Visit.Segment(new ServiceTime.Deterministic(SECONDS_PER_EXIT), List.of(next)));
            }
            visits.add(new Visit(node((first + hop) % nodes), 0, segments));
        }
        return new ChainModel(id, visits);
    }

    private static NodeId node(int number) {
        return new NodeId("node-" + number);
    }

    private Workload workload(Deployment deployment) {
        int exits = deployment.services().get(0).exits().exits();
        double rate = loadFactor * nodes / (services * exits * SECONDS_PER_EXIT);
        SortedMap<ServiceId, ArrivalProcess> arrivalsOf = new TreeMap<>();
        deployment.services().forEach(service -> arrivalsOf.put(service.id(), new ArrivalProcess.Poisson(rate)));
        return new Workload(arrivalsOf);
    }
}
