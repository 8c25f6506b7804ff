package dev.offramp.coordinator.cli.demo;

import dev.offramp.coordinator.cli.top.Figures;
import dev.offramp.coordinator.cli.top.LatencyCounts;
import dev.offramp.coordinator.cli.top.Paint;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitMix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** The summary as lines of at most 100 columns. Stateless but for the emphasis. */
final class SummaryText {
    private static final String LABEL = "  %-10s ";
    private static final String POLICY_ROW = "%7s %-11s %10s %7s %7s %8s %7s %8s %8s";
    private static final String EXIT_ROW = "%7s %10s %8s %9s %11s";
    private static final String LATENCY_ROW = "%-9s %8s %8s %8s";

    private final Paint paint;

    SummaryText(Paint paint) {
        this.paint = paint;
    }

    List<String> lines(DemoSummary summary) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(paint.bold("Summary"));
        labelled(lines, "camera", List.of(camera(summary)));
        labelled(lines, "frames", frames(summary));
        labelled(lines, "accuracy", List.of(accuracy(summary)));
        labelled(lines, "exits", exits(summary));
        labelled(lines, "latency", latency(summary.all().latencies()));
        labelled(lines, "policies", policies(summary));
        labelled(lines, "notes", summary.notes());
        return lines;
    }

    private static void labelled(List<String> lines, String label, List<String> block) {
        for (int i = 0; i < block.size(); i++) {
            lines.add(String.format(Locale.ROOT, LABEL, i == 0 ? label : "") + block.get(i));
        }
    }

    private static String camera(DemoSummary summary) {
        Tally.Totals camera = summary.camera();
        return "%s frames sent in %s s at %s/s; %s skipped, %s refused, %s without answer"
                .formatted(
                        Figures.count(camera.sent()),
                        Figures.number(summary.setting().seconds()),
                        Figures.number(summary.setting().framesPerSecond()),
                        Figures.count(camera.skipped()),
                        Figures.count(camera.refusedFrames()),
                        Figures.count(camera.unansweredFrames()));
    }

    private List<String> frames(DemoSummary summary) {
        String sum = "%s accepted = %s completed + %s lost + %s in flight"
                .formatted(
                        Figures.count(summary.accepted()),
                        Figures.count(summary.completed()),
                        Figures.count(summary.lostJobs()),
                        Figures.count(summary.inFlight()));
        String residual = "conservation residual " + summary.residual();
        String lost = "lost " + Figures.percent(summary.lossRatio())
                + summary.lost().entrySet().stream()
                        .map(entry -> "   " + entry.getKey() + " " + Figures.count(entry.getValue()))
                        .collect(Collectors.joining());
        return List.of(sum + "   " + (summary.residual() == 0 ? paint.good(residual) : paint.alarm(residual)), lost);
    }

    private static String accuracy(DemoSummary summary) {
        OptionalDouble points = summary.accuracyDifferencePoints();
        return Figures.percent(summary.accuracy()) + ", by the model card "
                + Figures.percent(summary.expectedAccuracy()) + " for these thresholds and exits"
                + (points.isEmpty() ? "" : String.format(Locale.ROOT, " (%+.1f points)", points.getAsDouble()));
    }

    private List<String> exits(DemoSummary summary) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.dim(
                String.format(Locale.ROOT, EXIT_ROW, "exit", "completed", "share", "accuracy", "model card")));
        ExitMix mix = summary.all().exits();
        Map<Fate.Orders, GroupTotals> groups = summary.camera().groups();
        for (int exit = 1; exit <= mix.exits(); exit++) {
            lines.add(String.format(
                    Locale.ROOT,
                    EXIT_ROW,
                    exit,
                    Figures.count(mix.completed(exit)),
                    Figures.percent(mix.share(exit)),
                    Figures.percent(mix.accuracy(exit)),
                    Figures.percent(summary.expectation().accuracy(groups, exit))));
        }
        return lines;
    }

    private List<String> latency(GroupTotals.Latencies latencies) {
        return List.of(
                paint.dim(String.format(Locale.ROOT, LATENCY_ROW, "ms", "p50", "p95", "p99")),
                row("total", latencies.total()),
                row("queueing", latencies.queueing()),
                row("compute", latencies.compute()),
                row("network", latencies.network()));
    }

    private static String row(String name, LatencyCounts counts) {
        return String.format(
                Locale.ROOT,
                LATENCY_ROW,
                name,
                Figures.millis(counts.quantileMillis(0.5)),
                Figures.millis(counts.quantileMillis(0.95)),
                Figures.millis(counts.quantileMillis(0.99)));
    }

    private List<String> policies(DemoSummary summary) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.dim(String.format(
                Locale.ROOT,
                POLICY_ROW,
                "version",
                "thresholds",
                "from",
                "frames",
                "lost",
                "accuracy",
                "card",
                "p50 ms",
                "p95 ms")));
        for (PolicyUse policy : summary.policies()) {
            GroupTotals total = summary.totalUnder(policy.version());
            lines.add(String.format(
                    Locale.ROOT,
                    POLICY_ROW,
                    policy.version(),
                    brief(policy.thresholds()),
                    policy.fromSeconds() < 0 ? policy.purpose() : Figures.number(policy.fromSeconds()) + " s",
                    Figures.count(total.accepted()),
                    Figures.percent(total.lossRatio()),
                    Figures.percent(total.exits().accuracy()),
                    Figures.percent(summary.expectation().accuracy(summary.under(policy.version()))),
                    Figures.millis(total.latencies().total().quantileMillis(0.5)),
                    Figures.millis(total.latencies().total().quantileMillis(0.95))));
        }
        return lines;
    }

    /** One number where all exits have the same threshold. */
    static String brief(Thresholds thresholds) {
        float first = thresholds.at(1);
        for (int exit = 2; exit <= thresholds.exits(); exit++) {
            if (thresholds.at(exit) != first) {
                return thresholds.toString();
            }
        }
        return first > 1 ? "all closed" : "all " + first;
    }
}
