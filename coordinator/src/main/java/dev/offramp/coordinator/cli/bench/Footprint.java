package dev.offramp.coordinator.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What one agent, the one that takes the frames in, was measured to need. Immutable.
 *
 * @param idle attached, nothing placed
 * @param loaded with a partition, after the load
 * @param archived whether it starts from what {@code offramp prepare} made
 * @param starts of the same agent, each with its partition in its data directory
 * @param swaps empty if none were asked for
 * @param limited empty where this process may make no control group, or was not asked to
 */
record Footprint(
        ProcessSize idle,
        ProcessSize loaded,
        Frames.Sent load,
        boolean archived,
        List<Start> starts,
        Optional<Swaps> swaps,
        Optional<Limited> limited) {
    private static final double MEBI = 1 << 20;
    private static final double NANOS_PER_MILLI = 1e6;

    /**
     * From the launcher's start.
     *
     * @param readyNanos until the agent answers HTTP
     * @param firstInferenceNanos until it has answered a frame
     */
    record Start(long readyNanos, long firstInferenceNanos) {}

    /**
     * @param early after a tenth of them
     * @param last after all
     */
    record Swaps(int count, ProcessSize early, ProcessSize last) {}

    /** Under load in a control group. */
    record Limited(long limitBytes, Frames.Sent load, long peakBytes, long kills) {}

    Footprint {
        starts = List.copyOf(starts);
    }

    /** The start in the middle by its first inference. */
    Start medianStart() {
        return starts.stream()
                .sorted((one, other) -> Long.compare(one.firstInferenceNanos(), other.firstInferenceNanos()))
                .toList()
                .get(starts.size() / 2);
    }

    ObjectNode json() {
        ObjectNode json = Json.object();
        json.set("idle", json(idle));
        json.set("loaded", json(loaded));
        json.set("load", json(load));
        Start median = medianStart();
        json.putObject("start")
                .put("archived", archived)
                .put("count", starts.size())
                .put("readyMs", median.readyNanos() / NANOS_PER_MILLI)
                .put("firstInferenceMs", median.firstInferenceNanos() / NANOS_PER_MILLI);
        swaps.ifPresent(all -> {
            ObjectNode node = json.putObject("swaps").put("count", all.count());
            node.set("afterTenth", json(all.early()));
            node.set("afterAll", json(all.last()));
        });
        limited.ifPresent(group -> {
            ObjectNode node = json.putObject("limited")
                    .put("limitBytes", group.limitBytes())
                    .put("peakBytes", group.peakBytes())
                    .put("kills", group.kills());
            node.set("load", json(group.load()));
        });
        return json;
    }

    private static ObjectNode json(ProcessSize size) {
        return Json.object().put("rssBytes", size.residentBytes()).put("pssBytes", size.proportionalBytes());
    }

    private static ObjectNode json(Frames.Sent sent) {
        return Json.object()
                .put("frames", sent.frames())
                .put("completed", sent.completed())
                .put("framesPerSecond", sent.framesPerSecond());
    }

    void print(PrintWriter out) {
        Table table = new Table("AGENT", "RSS MIB", "PSS MIB");
        row(table, "idle", idle);
        row(table, "with a partition, after %d frames".formatted(load.frames()), loaded);
        swaps.ifPresent(all -> {
            row(table, "after %d partition swaps".formatted(all.count() / 10), all.early());
            row(table, "after %d partition swaps".formatted(all.count()), all.last());
        });
        table.print(out);
        Start median = medianStart();
        out.printf(
                Locale.ROOT,
                "start     %.0f ms to the first answer, %.0f ms to the first inference (median of %d%s)%n",
                median.readyNanos() / NANOS_PER_MILLI,
                median.firstInferenceNanos() / NANOS_PER_MILLI,
                starts.size(),
                archived ? "" : "; 'offramp prepare' makes it faster");
        out.printf(Locale.ROOT, "load      %s%n", text(load));
        limited.ifPresent(group -> out.printf(
                Locale.ROOT,
                "limited   to %.0f MiB: %s; peak %.1f MiB with files, %d killed%n",
                group.limitBytes() / MEBI,
                text(group.load()),
                group.peakBytes() / MEBI,
                group.kills()));
        out.flush();
    }

    private static void row(Table table, String what, ProcessSize size) {
        table.row(what, mebibytes(size.residentBytes()), mebibytes(size.proportionalBytes()));
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / MEBI);
    }

    private static String text(Frames.Sent sent) {
        return String.format(
                Locale.ROOT,
                "%d of %d frames completed, %.0f/s",
                sent.completed(),
                sent.frames(),
                sent.framesPerSecond());
    }
}
