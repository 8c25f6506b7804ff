package dev.offramp.coordinator.cli.top;

import dev.offramp.coordinator.cli.BoardReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** A view as lines of at most 100 columns. Stateless but for the emphasis. */
public final class TopText {
    private static final String NODE_ROW = "%-10s %-34s %-8s %-10s %7s %8s %8s %8s";
    private static final int WIDTH = 100;
    private static final int INDENT = 4;
    private static final int BOARD_WIDTH = 34;
    private static final int QUEUE_WIDTH = 6;
    private static final double MEDIAN = 0.5;
    private static final double P95 = 0.95;
    private static final double P99 = 0.99;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Paint paint;

    public TopText(Paint paint) {
        this.paint = paint;
    }

    List<String> lines(TopView view) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.bold("offramp") + "  coordinator up " + Figures.span(view.coordinatorUptimeNanos())
                + "   epoch " + view.epoch()
                + "   window " + (view.windowSeconds() > 0 ? Figures.number(view.windowSeconds()) + " s" : "–")
                + "   conservation residual " + residual(view.residual()));
        if (!view.refused().isEmpty()) {
            lines.add(shortened("strangers refused  " + named(view.refused(), 1), WIDTH));
        }
        lines.add("");
        lines.addAll(nodes(view));
        for (TopView.ServiceRow service : view.services()) {
            lines.add("");
            lines.addAll(service(service));
            SortedSet<String> codecs = view.codecs().get(service.service());
            if (codecs != null) {
                lines.add("  codecs   " + String.join("  ", codecs));
            }
        }
        return lines;
    }

    private List<String> nodes(TopView view) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.dim(String.format(
                Locale.ROOT, NODE_ROW, "NODE", "BOARD", "STATE", "QUEUE", "BUSY", "SERVICE", "SERVED/s", "RSS")));
        for (TopView.NodeRow row : view.nodes()) {
            lines.add(node(row));
            lines.addAll(condition(row.now().condition()));
            if (row.times().queue().jobs() > 0) {
                lines.add("  per job  " + times(row.times()));
            }
            if (row.priorities().keySet().stream().anyMatch(priority -> priority > 0)) {
                lines.add("  priority " + priorities(row.priorities()));
            }
        }
        return lines;
    }

    private static String times(HopTotals times) {
        return "queue " + Figures.nanosAsMillis(times.queue().meanNanos())
                + "  compute " + Figures.nanosAsMillis(times.compute().meanNanos())
                + "  serialise " + Figures.nanosAsMillis(times.serialise().meanNanos())
                + "  network " + Figures.nanosAsMillis(times.network().meanNanos());
    }

    /** Jobs queued, and the share of the window's that were lost. */
    private static String priorities(SortedMap<Integer, PriorityTotals> priorities) {
        return priorities.entrySet().stream()
                .map(one -> "%d: %d queued, lost %s"
                        .formatted(
                                one.getKey(),
                                one.getValue().queued(),
                                Figures.percent(TopView.ratio(
                                        one.getValue().lost(), one.getValue().received()))))
                .collect(Collectors.joining("   "));
    }

    private String node(TopView.NodeRow row) {
        NodeReading now = row.now();
        double full = now.capacityJobs() == 0 ? 0 : (double) now.queuedJobs() / now.capacityJobs();
        String queue = Figures.bar(full, QUEUE_WIDTH) + " " + now.queuedJobs() + "/" + now.capacityJobs();
        String line = String.format(
                Locale.ROOT,
                NODE_ROW,
                now.name(),
                shortened(now.board(), BOARD_WIDTH),
                now.up() ? "up" : "down " + Figures.span(now.silentNanos()),
                queue,
                Figures.percent(row.utilisation()),
                Figures.nanosAsMillis(row.meanServiceNanos()),
                Figures.number(row.servedPerSecond()),
                Figures.mebibytes(now.rssBytes()));
        return now.up() ? line : paint.alarm(line);
    }

    /** Below its node; the sentence is cut where it would be wider than a node's line. */
    private List<String> condition(BoardReading condition) {
        String line = condition.line();
        if (line.isEmpty()) {
            return List.of();
        }
        String shown = " ".repeat(INDENT) + shortened(line, WIDTH - INDENT);
        return List.of(condition.complaints().isEmpty() ? paint.dim(shown) : paint.alarm(shown));
    }

    private List<String> service(TopView.ServiceRow row) {
        IngressTotals window = row.window();
        List<String> lines = new ArrayList<>();
        lines.add(paint.bold(row.service())
                + "  policy "
                + (row.policyVersion().isPresent() ? row.policyVersion().getAsLong() : "–")
                + "   accepted " + Figures.number(row.acceptedPerSecond()) + "/s"
                + "   completed " + Figures.number(row.completedPerSecond()) + "/s"
                + "   lost " + Figures.number(row.lostPerSecond()) + "/s"
                + "   in flight " + window.inFlight());
        lines.add("  loss     " + losses(row));
        long known = window.exits().values().stream()
                .mapToLong(ExitTotals::withTruth)
                .sum();
        lines.add(
                "  accuracy " + Figures.percent(row.accuracy()) + "  of " + Figures.count(known) + " with known truth");
        lines.add("  exits    " + exits(window));
        lines.add("  latency  " + latency(window));
        if (!window.refused().isEmpty()) {
            lines.add("  refused  " + named(window.refused(), 1));
        }
        return lines;
    }

    private String losses(TopView.ServiceRow row) {
        long decided = row.window().lostJobs() + row.window().completed();
        String ratio = Figures.percent(row.lossRatio());
        return row.window().lost().isEmpty()
                ? ratio
                : ratio + "  " + shares(row.window().lost(), decided);
    }

    private static String shares(Map<String, Long> counts, long whole) {
        return counts.entrySet().stream()
                .map(entry -> entry.getKey() + " " + Figures.percent(TopView.ratio(entry.getValue(), whole)))
                .collect(Collectors.joining("   "));
    }

    private static String named(Map<String, Long> counts, int gap) {
        return counts.entrySet().stream()
                .map(entry -> entry.getKey() + " " + Figures.count(entry.getValue()))
                .collect(Collectors.joining(" ".repeat(gap + 2)));
    }

    private static String exits(IngressTotals window) {
        long completed = window.completed();
        if (completed == 0) {
            return "–";
        }
        return window.exits().entrySet().stream()
                .map(exit -> exit(exit.getKey(), (double) exit.getValue().completed() / completed))
                .collect(Collectors.joining("  "));
    }

    private static String exit(int number, double share) {
        return String.format(Locale.ROOT, "%d %c %2.0f %%", number, Figures.height(share), share * 100);
    }

    private static String latency(IngressTotals window) {
        LatencyCounts latency = window.latency();
        long jobs = window.completed();
        if (jobs == 0) {
            return "–";
        }
        double queueing = window.queueingNanos() / jobs / NANOS_PER_MILLI;
        double compute = window.computeNanos() / jobs / NANOS_PER_MILLI;
        double network = window.networkNanos() / jobs / NANOS_PER_MILLI;
        return "p50 " + Figures.millis(latency.quantileMillis(MEDIAN))
                + "  p95 " + Figures.millis(latency.quantileMillis(P95))
                + "  p99 " + Figures.millis(latency.quantileMillis(P99))
                + "   mean " + Figures.millis(OptionalDouble.of(queueing + compute + network))
                + " = queueing " + Figures.number(queueing)
                + " + compute " + Figures.number(compute)
                + " + network " + Figures.number(network) + " ms";
    }

    private String residual(long residual) {
        return residual == 0 ? "0" : paint.alarm(String.valueOf(residual));
    }

    private static String shortened(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width - 1) + "…";
    }
}
