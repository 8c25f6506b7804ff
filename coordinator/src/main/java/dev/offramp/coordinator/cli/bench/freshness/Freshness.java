package dev.offramp.coordinator.cli.bench.freshness;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.Table;
import dev.offramp.coordinator.cli.bench.OpenLoop;
import dev.offramp.proto.v1.LossReason;
import dev.offramp.time.Durations;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * How old results are under overload. Immutable.
 *
 * @param load of the slower agent
 * @param rows the first is what the others are compared with
 */
record Freshness(double load, List<Row> rows) {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MEDIAN = 0.5;
    private static final double TAIL = 0.99;

    /**
     * One mode.
     *
     * @param frames counted
     * @param full lost for want of room
     * @param expired lost because their deadline had passed
     * @param completedPerSecond results per second
     * @param inVain runs of the slower agent that led to no result, over its runs
     * @param p50Nanos age of a result: from when its frame was due to when its outcome was heard
     */
    record Row(
            Mode mode,
            long frames,
            long full,
            long expired,
            double completedPerSecond,
            double inVain,
            long p50Nanos,
            long p99Nanos) {
        /** @param fates of all jobs, in order; the first {@code warmUp} do not count */
        static Row of(Mode mode, List<OpenLoop.Fate> fates, long warmUp, double inVain) {
            List<OpenLoop.Fate> later = fates.subList((int) warmUp, fates.size());
            long[] ages = later.stream()
                    .filter(fate -> fate.outcome().hasCompleted())
                    .mapToLong(fate -> fate.heardNanos() - fate.dueNanos())
                    .sorted()
                    .toArray();
            double seconds = (later.getLast().dueNanos() - later.getFirst().dueNanos()) / NANOS_PER_SECOND;
            long expired = later.stream()
                    .filter(fate -> fate.outcome().getLost().getReason() == LossReason.EXPIRED)
                    .count();
            return new Row(
                    mode,
                    later.size(),
                    later.size() - ages.length - expired,
                    expired,
                    ages.length / seconds,
                    inVain,
                    quantile(ages, MEDIAN),
                    quantile(ages, TAIL));
        }

        private static long quantile(long[] sorted, double share) {
            return sorted.length == 0
                    ? 0
                    : sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))];
        }
    }

    Freshness {
        rows = List.copyOf(rows);
    }

    ObjectNode json() {
        ObjectNode json = Json.object().put("load", load);
        ArrayNode all = json.putArray("rows");
        for (Row row : rows) {
            all.addObject()
                    .put("overflow", row.mode().name())
                    .put("deadlineMs", row.mode().deadline().toNanos() / NANOS_PER_MILLI)
                    .put("frames", row.frames())
                    .put("queueFull", row.full())
                    .put("expired", row.expired())
                    .put("completedPerSecond", row.completedPerSecond())
                    .put("inVain", row.inVain())
                    .put("ageP50Ms", row.p50Nanos() / NANOS_PER_MILLI)
                    .put("ageP99Ms", row.p99Nanos() / NANOS_PER_MILLI)
                    .put("p50OfFirst", ratio(row.p50Nanos(), rows.getFirst().p50Nanos()))
                    .put("p99OfFirst", ratio(row.p99Nanos(), rows.getFirst().p99Nanos()));
        }
        return json;
    }

    void print(PrintWriter out) {
        Table table = new Table(
                "OVERFLOW",
                "DEADLINE",
                "FRAMES",
                "FULL %",
                "EXPIRED %",
                "RESULTS/S",
                "IN VAIN %",
                "AGE P50 MS",
                "P99 MS",
                "P50 RATIO",
                "P99 RATIO");
        for (Row row : rows) {
            table.row(
                    row.mode().name(),
                    Durations.format(row.mode().deadline()),
                    row.frames(),
                    text("%.1f", 100.0 * row.full() / row.frames()),
                    text("%.1f", 100.0 * row.expired() / row.frames()),
                    text("%.1f", row.completedPerSecond()),
                    text("%.1f", 100 * row.inVain()),
                    text("%.1f", row.p50Nanos() / NANOS_PER_MILLI),
                    text("%.1f", row.p99Nanos() / NANOS_PER_MILLI),
                    text("%.2f", ratio(row.p50Nanos(), rows.getFirst().p50Nanos())),
                    text("%.2f", ratio(row.p99Nanos(), rows.getFirst().p99Nanos())));
        }
        table.print(out);
        out.println(text(
                "load %.2f of the slower agent; an age counts from when a frame was due to when its result was heard",
                load));
        out.flush();
    }

    private static double ratio(long one, long other) {
        return (double) one / other;
    }

    private static String text(String format, double number) {
        return String.format(Locale.ROOT, format, number);
    }
}
