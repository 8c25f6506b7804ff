package dev.offramp.coordinator.cli.bench.strangers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What floods were measured to cost the members. Immutable. */
record Strangers(List<Row> rows) {
    /**
     * One kind of attempts.
     *
     * @param counted of them
     * @param quiet members' traffic without them
     * @param flooded the same with them
     */
    record Row(Kind kind, Attempts attempts, Counted counted, Traffic quiet, Traffic flooded) {
        ObjectNode json() {
            ObjectNode json = Json.object();
            json.put("kind", kind.label());
            json.put("attemptsPerSecond", attempts.perSecond());
            json.set("attempts", attempts.json());
            json.set("counted", counted.json());
            json.set("quiet", quiet.json());
            json.set("flooded", flooded.json());
            return json.put("framesRatio", flooded.framesPerSecond() / quiet.framesPerSecond())
                    .put("latencyP50Ratio", ratio(Traffic.MEDIAN))
                    .put("latencyP99Ratio", ratio(Traffic.TAIL));
        }

        private double ratio(double share) {
            return flooded.latencyMillis(share) / quiet.latencyMillis(share);
        }
    }

    ObjectNode json() {
        ObjectNode json = Json.object();
        ArrayNode kinds = json.putArray("kinds");
        rows.forEach(row -> kinds.add(row.json()));
        return json;
    }

    void print(PrintWriter out) {
        Table table = new Table(
                "ATTEMPTS",
                "/s",
                "MADE",
                "AT THE DOOR",
                "UNPROVED",
                "LET IN",
                "FRAMES/s",
                "RATIO",
                "P50 ms",
                "RATIO",
                "P99 ms",
                "RATIO",
                "LOST");
        for (Row row : rows) {
            Traffic quiet = row.quiet();
            Traffic flooded = row.flooded();
            table.row(
                    row.kind().label(),
                    text(row.attempts().perSecond(), 0),
                    row.attempts().made(),
                    row.counted().atTheDoor(),
                    row.counted().endedUnproved(),
                    row.attempts().letIn(),
                    pair(quiet.framesPerSecond(), flooded.framesPerSecond()),
                    text(flooded.framesPerSecond() / quiet.framesPerSecond(), 3),
                    pair(quiet.latencyMillis(Traffic.MEDIAN), flooded.latencyMillis(Traffic.MEDIAN)),
                    text(row.ratio(Traffic.MEDIAN), 3),
                    pair(quiet.latencyMillis(Traffic.TAIL), flooded.latencyMillis(Traffic.TAIL)),
                    text(row.ratio(Traffic.TAIL), 3),
                    quiet.lost() + flooded.lost());
        }
        table.print(out);
        for (Row row : rows) {
            out.printf(
                    "%s, refused by reason: %s%n",
                    row.kind().label(),
                    row.counted().refused().entrySet().stream()
                            .map(one -> one.getKey() + " " + one.getValue())
                            .collect(Collectors.joining(", ")));
        }
        out.flush();
    }

    private static String pair(double quiet, double flooded) {
        return text(quiet, 1) + " → " + text(flooded, 1);
    }

    private static String text(double number, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", number);
    }
}
