package dev.offramp.coordinator.cli.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.OutputOption;
import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.coordinator.simulation.Simulation;
import dev.offramp.coordinator.simulation.SimulationResult;
import java.io.PrintWriter;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code eval simulator}. */
@Command(
        name = "simulator",
        description =
                "Simulates published deployments and compares throughput and latency of every chain with their labels.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class EvalSimulatorCommand implements Callable<Integer> {
    private static final double WARM_UP = 0.05;
    /** The figure that is quoted is measured on the first deployment of this many nodes, after the others. */
    private static final int SPEED_NODES = 8;

    private static final long SPEED_ARRIVALS = 3_000_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private DatasetOptions dataset;

    @Option(
            names = "--arrivals",
            defaultValue = "60000",
            paramLabel = "N",
            description = "Jobs a deployment, the first twentieth to warm up (default: ${DEFAULT-VALUE}).")
    private long arrivals;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "(default: ${DEFAULT-VALUE})")
    private long seed;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException {
        if (arrivals < 1) {
            throw new CliException(ExitCode.USAGE, "--arrivals=%d must be at least 1".formatted(arrivals));
        }
        List<ChainNetDataset.Problem> problems = dataset.problems();
        Errors throughput = new Errors();
        Errors latency = new Errors();
        long events = 0;
        long begin = System.nanoTime();
        for (int i = 0; i < problems.size(); i++) {
            events += simulate(problems.get(i), new RandomStreams(seed).replication(i), throughput, latency);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            ObjectNode json = Json.object();
            json.put("deployments", problems.size());
            json.put("chains", throughput.count());
            json.put("arrivals", arrivals);
            json.set("throughput", throughput.json());
            json.set("latency", latency.json());
            json.put("events", events);
            json.put("seconds", seconds);
            json.put("eventsPerSecond", events / seconds);
            speed(problems).ifPresent(speed -> json.put("eventsPerSecondAt8Nodes", speed));
            Json.print(out, json);
        } else {
            out.printf(
                    "%d chains of %d deployments, %d arrivals each%n", throughput.count(), problems.size(), arrivals);
            out.printf("throughput  %s%n", throughput.text());
            out.printf("latency     %s%n", latency.text());
            out.printf("%.1f million events a second on one core%n", events / seconds / 1e6);
            speed(problems).ifPresent(speed -> out.printf("%.1f million at %d nodes%n", speed / 1e6, SPEED_NODES));
            out.flush();
        }
        return ExitCode.OK;
    }

    /** Events per second; empty where no deployment is that large. */
    private OptionalDouble speed(List<ChainNetDataset.Problem> problems) {
        return problems.stream()
                .filter(problem -> problem.deployment().stations().size() == SPEED_NODES)
                .limit(1)
                .mapToDouble(problem -> {
                    long begin = System.nanoTime();
                    SimulationResult result = Simulation.run(
                            problem.deployment(),
                            problem.workload(),
                            problem.orders(),
                            SPEED_ARRIVALS,
                            WARM_UP,
                            new RandomStreams(seed));
                    return result.events() / ((System.nanoTime() - begin) / 1e9);
                })
                .findFirst();
    }

    /** Throughput is the known arrival rate times the share of jobs that complete, which is less noisy than a count. */
    private long simulate(ChainNetDataset.Problem problem, RandomStreams streams, Errors throughput, Errors latency) {
        SimulationResult result =
                Simulation.run(problem.deployment(), problem.workload(), problem.orders(), arrivals, WARM_UP, streams);
        for (int i = 0; i < result.chains().size(); i++) {
            SimulationResult.ChainResult chain = result.chains().get(i);
            double rate = problem.workload().of(chain.id().service()).arrivalRate();
            throughput.add(
                    rate * chain.completed() / chain.ended(),
                    problem.throughput().get(i));
            latency.add(chain.meanLatency(), problem.latency().get(i));
        }
        return result.events();
    }
}
