package dev.offramp.coordinator.cli.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.OutputOption;
import dev.offramp.coordinator.predict.Prediction;
import dev.offramp.coordinator.predict.Predictor;
import dev.offramp.coordinator.predict.analytic.AnalyticPredictor;
import dev.offramp.coordinator.predict.simulated.SimulatedPredictor;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code eval predictor}. */
@Command(
        name = "predictor",
        description = "Predicts throughput and latency of every chain of published deployments and compares with their"
                + " labels.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class EvalPredictorCommand implements Callable<Integer> {
    private static final int WARM_UP_DEPLOYMENTS = 200;

    @Spec
    private CommandSpec spec;

    @Mixin
    private DatasetOptions dataset;

    @Option(names = "--predictor", required = true, paramLabel = "NAME", description = "analytic or simulated.")
    private String name;

    @Option(
            names = "--arrivals",
            defaultValue = "10000",
            paramLabel = "N",
            description = "Budget of the simulated predictor (default: ${DEFAULT-VALUE}).")
    private long arrivals;

    @Option(
            names = "--budget",
            paramLabel = "DURATION",
            description = "Time for a prediction instead, e.g. 5ms; the figures then differ from run to run.")
    private @Nullable Duration budget;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException {
        Predictor predictor = predictor();
        List<ChainNetDataset.Problem> problems = dataset.problems();
        problems.stream()
                .limit(WARM_UP_DEPLOYMENTS)
                .forEach(problem -> predictor.predict(problem.deployment(), problem.workload(), problem.orders()));
        Errors throughput = new Errors();
        Errors latency = new Errors();
        long begin = System.nanoTime();
        for (ChainNetDataset.Problem problem : problems) {
            Prediction prediction = predictor.predict(problem.deployment(), problem.workload(), problem.orders());
            for (int i = 0; i < prediction.chains().size(); i++) {
                throughput.add(
                        prediction.chains().get(i).throughput(),
                        problem.throughput().get(i));
                latency.add(
                        prediction.chains().get(i).meanLatency(),
                        problem.latency().get(i));
            }
        }
        double milliseconds = (System.nanoTime() - begin) / 1e6 / problems.size();
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            ObjectNode json = Json.object();
            json.put("predictor", name);
            json.put("deployments", problems.size());
            json.put("chains", throughput.count());
            json.set("throughput", throughput.json());
            json.set("latency", latency.json());
            json.put("millisecondsPerDeployment", milliseconds);
            Json.print(out, json);
        } else {
            out.printf("%s: %d chains of %d deployments%n", name, throughput.count(), problems.size());
            out.printf("throughput  %s%n", throughput.text());
            out.printf("latency     %s%n", latency.text());
            out.printf("%.3f ms a deployment%n", milliseconds);
            out.flush();
        }
        return ExitCode.OK;
    }

    private Predictor predictor() throws CliException {
        if (arrivals < 1 || (budget != null && !budget.isPositive())) {
            throw new CliException(
                    ExitCode.USAGE,
                    "--arrivals=%d, --budget=%s\nExpected at least 1, and more than no time"
                            .formatted(arrivals, budget));
        }
        return switch (name) {
            case "analytic" -> new AnalyticPredictor();
            case "simulated" ->
                budget == null
                        ? new SimulatedPredictor(arrivals, 1)
                        : SimulatedPredictor.within(budget, System::nanoTime, 1);
            default ->
                throw new CliException(
                        ExitCode.USAGE, "there is no predictor '%s'\nExpected analytic or simulated".formatted(name));
        };
    }
}
