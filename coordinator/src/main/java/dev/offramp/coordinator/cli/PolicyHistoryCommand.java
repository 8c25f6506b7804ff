package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.top.Figures;
import dev.offramp.proto.v1.Decision;
import dev.offramp.proto.v1.GetDecisionsRequest;
import dev.offramp.proto.v1.GetDecisionsResponse;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy history SERVICE}. */
@Command(
        name = "history",
        description = "Lists what was decided about a service's policy, and what came of it, from the oldest.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class PolicyHistoryCommand implements Callable<Integer> {
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
                GetDecisionsResponse decisions = get(client, service);
                if (output.isJson()) {
                    Json.print(out, json(decisions));
                } else {
                    print(decisions, out);
                }
            });
        }
        return ExitCode.OK;
    }

    static GetDecisionsResponse get(CoordinatorClient client, String service) throws CliException {
        return client.call(control -> control.getDecisions(
                GetDecisionsRequest.newBuilder().setService(service).build()));
    }

    private static void print(GetDecisionsResponse response, PrintWriter out) {
        if (response.getDecisionsCount() == 0) {
            out.println(
                    "nothing was decided since the coordinator's start; let a scheduler decide with 'offramp policy set %s --scheduler ceen'"
                            .formatted(response.getPolicy().getService()));
            out.flush();
            return;
        }
        Table table = new Table(
                "AGO",
                "WHY",
                "SCHEDULER",
                "JOBS/S",
                "DONE",
                "VERSION",
                "GAIN",
                "LOSS",
                "SEEN",
                "ACCURACY",
                "SEEN",
                "VERDICT");
        for (Decision decision : response.getDecisionsList()) {
            table.row(
                    Figures.span(decision.getAgoNanos()),
                    decision.getTrigger(),
                    decision.getScheduler(),
                    Figures.number(decision.getArrivalRate()),
                    decision.getAction(),
                    decision.getPolicyVersion(),
                    decision.hasGain() ? String.format(Locale.ROOT, "%+.3f", decision.getGain()) : "–",
                    decision.hasForecast()
                            ? Figures.percent(decision.getForecast().getLossRatio())
                            : "–",
                    decision.hasObserved()
                            ? Figures.percent(decision.getObserved().getLossRatio())
                            : "–",
                    decision.hasForecast()
                            ? Figures.percent(decision.getForecast().getAccuracy())
                            : "–",
                    Figures.percent(
                            decision.hasObserved()
                                    ? DecisionView.accuracy(decision.getObserved())
                                    : OptionalDouble.empty()),
                    decision.getVerdict());
        }
        table.print(out);
        notes(response.getDecisionsList(), out);
    }

    private static void notes(List<Decision> decisions, PrintWriter out) {
        for (Decision decision : decisions) {
            if (!decision.getNote().isEmpty()) {
                out.printf("%s ago: %s%n", Figures.span(decision.getAgoNanos()), decision.getNote());
            }
        }
        out.flush();
    }

    private static ObjectNode json(GetDecisionsResponse response) {
        ObjectNode json = Json.object().put("service", response.getPolicy().getService());
        var decisions = json.putArray("decisions");
        response.getDecisionsList().forEach(decision -> decisions.add(DecisionView.json(decision)));
        return json;
    }
}
