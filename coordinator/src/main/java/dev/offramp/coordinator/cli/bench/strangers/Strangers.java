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
     * @param beside attempts at the decoy
     * @param attempts at members' doors
     * @param counted of those
     * @param quiet members' traffic without a stranger
     * @param decoy the same beside a stranger
     * @param flooded the same with the stranger at members' doors
     */
    record Row(
            Kind kind,
            Attempts beside,
            Attempts attempts,
            Counted counted,
            Price price,
            Traffic quiet,
            Traffic decoy,
            Traffic flooded) {
        ObjectNode json() {
            ObjectNode json = Json.object();
            json.put("kind", kind.label());
            json.put("attemptsPerSecond", attempts.perSecond());
            json.set("attempts", attempts.json());
            json.set("attemptsAtDecoy", beside.json());
            json.set("counted", counted.json());
            json.set("quiet", quiet.json());
            json.set("decoy", decoy.json());
            json.set("flooded", flooded.json());
            if (price.letIn() > 0) {
                json.put("processorMillisPerLetIn", price.millis());
            }
            return json.put("framesRatio", framesRatio())
                    .put("latencyP50Ratio", ratio(Traffic.MEDIAN))
                    .put("latencyP99Ratio", ratio(Traffic.TAIL));
        }

        private double framesRatio() {
            return flooded.framesPerSecond() / decoy.framesPerSecond();
        }

        private double ratio(double share) {
            return flooded.latencyMillis(share) / decoy.latencyMillis(share);
        }

        private String frames() {
            return steps(quiet.framesPerSecond(), decoy.framesPerSecond(), flooded.framesPerSecond());
        }

        private String latency(double share) {
            return steps(quiet.latencyMillis(share), decoy.latencyMillis(share), flooded.latencyMillis(share));
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
                "AT DECOY /s",
                "MADE",
                "AT THE DOOR",
                "UNPROVED",
                "GOT IN",
                "CPU ms",
                "FRAMES/s",
                "RATIO",
                "P50 ms",
                "RATIO",
                "P99 ms",
                "RATIO",
                "LOST");
        for (Row row : rows) {
            table.row(
                    row.kind().label(),
                    text(row.attempts().perSecond(), 0),
                    text(row.beside().perSecond(), 0),
                    row.attempts().made(),
                    row.counted().atTheDoor(),
                    row.counted().endedUnproved(),
                    row.attempts().letIn(),
                    row.price().letIn() > 0 ? text(row.price().millis(), 1) : "-",
                    row.frames(),
                    text(row.framesRatio(), 3),
                    row.latency(Traffic.MEDIAN),
                    text(row.ratio(Traffic.MEDIAN), 3),
                    row.latency(Traffic.TAIL),
                    text(row.ratio(Traffic.TAIL), 3),
                    row.quiet().lost() + row.decoy().lost() + row.flooded().lost());
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

    private static String steps(double quiet, double decoy, double flooded) {
        return text(quiet, 1) + " → " + text(decoy, 1) + " → " + text(flooded, 1);
    }

    private static String text(double number, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", number);
    }
}
