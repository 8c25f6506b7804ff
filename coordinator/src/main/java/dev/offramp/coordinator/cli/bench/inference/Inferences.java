package dev.offramp.coordinator.cli.bench.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.Table;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long partitions take, in several ways and under several settings. Immutable.
 *
 * @param memory of a process that has the first partition under a setting, resident, in bytes
 */
record Inferences(List<Part> parts, Map<String, Long> memory) {
    private static final double MEBI = 1 << 20;

    /** Microseconds of single runs. */
    record Run(String name, long runs, double p50, double p99) {}

    /**
     * One partition.
     *
     * @param ways of running it, the bare session first
     * @param settings of the bare session, the agents' first
     */
    record Part(int index, long inputBytes, long outputBytes, List<Run> ways, List<Run> settings) {
        Part {
            ways = List.copyOf(ways);
            settings = List.copyOf(settings);
        }
    }

    Inferences {
        parts = List.copyOf(parts);
        memory = Map.copyOf(memory);
    }

    /** @param measured as the agent's program prints it */
    static Inferences of(JsonNode measured, Map<String, Long> memory) {
        List<Part> parts = new ArrayList<>();
        for (JsonNode part : measured.get("partitions")) {
            parts.add(new Part(
                    part.get("index").asInt(),
                    part.get("inputBytes").asLong(),
                    part.get("outputBytes").asLong(),
                    runs(part.get("ways")),
                    runs(part.get("settings"))));
        }
        return new Inferences(parts, memory);
    }

    private static List<Run> runs(JsonNode all) {
        List<Run> runs = new ArrayList<>();
        for (JsonNode run : all) {
            runs.add(new Run(
                    run.get("name").asText(),
                    run.get("runs").asLong(),
                    run.get("p50Micros").asDouble(),
                    run.get("p99Micros").asDouble()));
        }
        return runs;
    }

    ObjectNode json() {
        ObjectNode json = Json.object();
        ArrayNode all = json.putArray("partitions");
        for (Part part : parts) {
            ObjectNode node = all.addObject()
                    .put("index", part.index())
                    .put("inputBytes", part.inputBytes())
                    .put("outputBytes", part.outputBytes());
            node.set("ways", json(part.ways()));
            node.set("settings", json(part.settings()));
        }
        ObjectNode sizes = json.putObject("rssBytes");
        memory.forEach(sizes::put);
        return json;
    }

    private static ArrayNode json(List<Run> runs) {
        ArrayNode all = Json.object().putArray("runs");
        for (Run run : runs) {
            all.addObject()
                    .put("name", run.name())
                    .put("runs", run.runs())
                    .put("p50Micros", run.p50())
                    .put("p99Micros", run.p99())
                    .put("p50Ratio", run.p50() / runs.getFirst().p50())
                    .put("p99Ratio", run.p99() / runs.getFirst().p99());
        }
        return all;
    }

    void print(PrintWriter out) {
        Table ways = new Table("PARTITION", "KIB IN", "KIB OUT", "WAY", "P50 US", "P99 US", "OF P50", "OF P99");
        Table settings = new Table("PARTITION", "SETTING", "P50 US", "P99 US", "OF P50", "OF P99", "RSS MIB");
        for (Part part : parts) {
            for (Run run : part.ways()) {
                ways.row(
                        part.index(),
                        text("%.0f", part.inputBytes() / 1024.0),
                        text("%.0f", part.outputBytes() / 1024.0),
                        run.name(),
                        text("%.1f", run.p50()),
                        text("%.1f", run.p99()),
                        text("%.3f", run.p50() / part.ways().getFirst().p50()),
                        text("%.3f", run.p99() / part.ways().getFirst().p99()));
            }
            for (Run run : part.settings()) {
                settings.row(
                        part.index(),
                        run.name(),
                        text("%.1f", run.p50()),
                        text("%.1f", run.p99()),
                        text("%.3f", run.p50() / part.settings().getFirst().p50()),
                        text("%.3f", run.p99() / part.settings().getFirst().p99()),
                        part.index() == 0 ? text("%.1f", memory.getOrDefault(run.name(), 0L) / MEBI) : "");
            }
        }
        ways.print(out);
        out.println();
        settings.print(out);
        out.flush();
    }

    private static String text(String format, double number) {
        return String.format(Locale.ROOT, format, number);
    }
}
