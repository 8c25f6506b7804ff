package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.top.Figures;
import dev.offramp.proto.v1.Decision;
import dev.offramp.proto.v1.GetDecisionsResponse;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy explain SERVICE}. */
@Command(
        name = "explain",
        description = "Says why a service's thresholds are as they are: what was predicted, and what was seen since.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class PolicyExplainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SERVICE", description = "Its name.")
    private String service;

    @Mixin
    private CoordinatorOptions coordinator;

    @Mixin
    private OutputOption output;

    @Mixin
    private WatchOption watch;

    @Override
    public Integer call() throws CliException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (CoordinatorClient client = coordinator.connect()) {
            watch.show(out, output.isJson(), () -> {
                GetDecisionsResponse decisions = PolicyHistoryCommand.get(client, service);
                if (output.isJson()) {
                    Json.print(out, json(decisions));
                } else {
                    print(decisions, out);
                }
            });
        }
        return ExitCode.OK;
    }

    /** The decision that the policy in force is due to: the last that is not a failure. */
    private static Optional<Decision> reason(GetDecisionsResponse response) {
        List<Decision> decisions = response.getDecisionsList();
        for (int i = decisions.size() - 1; i >= 0; i--) {
            if (decisions.get(i).hasForecast() || !decisions.get(i).getAction().equals("failed")) {
                return Optional.of(decisions.get(i));
            }
        }
        return Optional.empty();
    }

    private static void print(GetDecisionsResponse response, PrintWriter out) {
        boolean ruled = response.hasChoice();
        out.printf(
                "%s, version %d, set by %s%n",
                response.getPolicy().getService(),
                response.getPolicy().getVersion(),
                ruled ? response.getChoice().getScheduler() : "hand");
        if (ruled) {
            out.println("maximises " + DecisionView.objective(response.getChoice()));
        }
        Optional<Decision> reason = reason(response);
        if (reason.isEmpty()) {
            out.println(
                    ruled
                            ? "nothing was decided yet: the first telemetry window with jobs is awaited"
                            : "no scheduler has decided anything since the coordinator's start");
        } else {
            print(reason.get(), out);
        }
        response.getDecisionsList().stream()
                .reduce((earlier, later) -> later)
                .filter(last -> !last.getNote().isEmpty())
                .ifPresent(last -> out.println(last.getNote()));
        out.flush();
    }

    private static void print(Decision decision, PrintWriter out) {
        out.printf(
                "%s ago: %s at %s jobs/s; version %d %s%s%n%n",
                Figures.span(decision.getAgoNanos()),
                decision.getTrigger(),
                Figures.number(decision.getArrivalRate()),
                decision.getPolicyVersion(),
                decision.getAction(),
                decision.hasGain()
                        ? String.format(java.util.Locale.ROOT, " for a gain of %+.3f", decision.getGain())
                        : "");
        Table table = new Table("", "LOSS", "ACCURACY", "LATENCY MS", "BUSIEST NODE", "EXITS");
        if (decision.hasIfKept() && decision.getAction().equals("pushed")) {
            row(table, "if kept", decision.getIfKept());
        }
        if (decision.hasForecast()) {
            row(table, "predicted", decision.getForecast());
        }
        if (decision.hasObserved()) {
            var observed = decision.getObserved();
            OptionalDouble labelled = DecisionView.measuredAccuracy(observed);
            table.row(
                    "seen since",
                    Figures.percent(observed.getLossRatio()),
                    Figures.percent(DecisionView.accuracy(observed))
                            + (labelled.isPresent() ? " (" + Figures.percent(labelled) + " labelled)" : ""),
                    "",
                    "",
                    DecisionView.shares(observed.getExitSharesList()));
        }
        table.print(out);
        if (decision.hasObserved()) {
            out.printf(
                    "%d windows, %s jobs: %s%n",
                    decision.getObserved().getWindows(),
                    Figures.count(decision.getObserved().getJobs()),
                    decision.getVerdict().isEmpty() ? "nothing was predicted" : decision.getVerdict());
        }
    }

    private static void row(Table table, String name, dev.offramp.proto.v1.Forecast forecast) {
        table.row(
                name,
                Figures.percent(forecast.getLossRatio()),
                Figures.percent(forecast.getAccuracy()),
                Figures.number(forecast.getMeanLatencySeconds() * 1000),
                forecast.getBottleneck() + " " + Figures.percent(forecast.getUtilisation()),
                DecisionView.shares(forecast.getExitSharesList()));
    }

    private static ObjectNode json(GetDecisionsResponse response) {
        ObjectNode json = Json.object()
                .put("service", response.getPolicy().getService())
                .put("version", response.getPolicy().getVersion())
                .put("scheduler", response.getChoice().getScheduler());
        if (response.hasChoice()) {
            json.set("objective", DecisionView.json(response.getChoice()));
        }
        reason(response).ifPresent(decision -> json.set("decision", DecisionView.json(decision)));
        return json;
    }
}
