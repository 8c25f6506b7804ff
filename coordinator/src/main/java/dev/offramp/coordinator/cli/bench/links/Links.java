package dev.offramp.coordinator.cli.bench.links;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.Table;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What was measured of codecs on links. Immutable. */
record Links(List<Section> sections) {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MEDIAN = 0.5;
    private static final double TAIL = 0.99;

    /**
     * One cut over one link.
     *
     * @param cut tensor
     * @param rows the first is what the others are compared with
     * @param accuracy empty where there were no images
     */
    record Section(double megabits, String cut, long activationBytes, List<Row> rows, Optional<Accuracy> accuracy) {
        Section {
            rows = List.copyOf(rows);
        }
    }

    /**
     * One choice of codecs.
     *
     * @param alone nanoseconds of frames that passed one by one, sorted
     * @param transfers by the codec they had
     * @param wireBytes of all of them
     */
    record Row(
            String choice,
            double framesPerSecond,
            int lost,
            long[] alone,
            Map<String, Long> transfers,
            long wireBytes) {
        double quantileMillis(double share) {
            return alone.length == 0
                    ? Double.NaN
                    : alone[(int) Math.min(alone.length - 1L, Math.round(share * alone.length))] / NANOS_PER_MILLI;
        }

        double bytesPerJob() {
            long count = transfers.values().stream().mapToLong(Long::longValue).sum();
            return count == 0 ? 0 : (double) wireBytes / count;
        }

        /** That most of them had. */
        String mostUsed() {
            return transfers.entrySet().stream()
                    .max(Comparator.comparingLong(Map.Entry::getValue))
                    .map(Map.Entry::getKey)
                    .orElse("-");
        }
    }

    Links {
        sections = List.copyOf(sections);
    }

    private static OptionalDouble points(Section section, Row row) {
        return section.accuracy()
                .map(accuracy -> OptionalDouble.of(accuracy.points(row.transfers())))
                .orElse(OptionalDouble.empty());
    }

    ObjectNode json() {
        ObjectNode json = Json.object();
        ArrayNode all = json.putArray("links");
        for (Section section : sections) {
            ObjectNode node = all.addObject()
                    .put("megabits", section.megabits())
                    .put("cut", section.cut())
                    .put("activationBytes", section.activationBytes());
            section.accuracy().ifPresent(accuracy -> node.put("images", accuracy.images())
                    .put("exactAccuracy", accuracy.exact()));
            ArrayNode rows = node.putArray("codecs");
            section.rows().forEach(row -> json(section, row, rows.addObject()));
        }
        return json;
    }

    private static void json(Section section, Row row, ObjectNode node) {
        node.put("codec", row.choice())
                .put("framesPerSecond", row.framesPerSecond())
                .put(
                        "ofFirst",
                        row.framesPerSecond() / section.rows().getFirst().framesPerSecond())
                .put("lost", row.lost())
                .put("latencyP50Ms", row.quantileMillis(MEDIAN))
                .put("latencyP99Ms", row.quantileMillis(TAIL))
                .put("bytesPerJob", row.bytesPerJob());
        points(section, row).ifPresent(points -> node.put("points", points));
        ObjectNode transfers = node.putObject("transfers");
        row.transfers().forEach(transfers::put);
    }

    void print(PrintWriter out) {
        for (Section section : sections) {
            out.printf(
                    Locale.ROOT,
                    "%s Mbit/s, cut at %s (%d bytes)%n",
                    number(section.megabits()),
                    section.cut(),
                    section.activationBytes());
            Table table = new Table(
                    "CODEC",
                    "FRAMES/S",
                    "OF " + section.rows().getFirst().choice().toUpperCase(Locale.ROOT),
                    "P50 MS",
                    "P99 MS",
                    "BYTES A JOB",
                    "POINTS",
                    "USED");
            for (Row row : section.rows()) {
                OptionalDouble points = points(section, row);
                table.row(
                        row.choice(),
                        text("%.1f", row.framesPerSecond()),
                        text(
                                "%.2f",
                                row.framesPerSecond()
                                        / section.rows().getFirst().framesPerSecond()),
                        text("%.1f", row.quantileMillis(MEDIAN)),
                        text("%.1f", row.quantileMillis(TAIL)),
                        text("%.0f", row.bytesPerJob()),
                        points.isPresent() ? text("%+.2f", points.getAsDouble()) : "-",
                        row.mostUsed());
            }
            table.print(out);
            section.accuracy()
                    .ifPresent(accuracy -> out.printf(
                            Locale.ROOT,
                            "points: of the final exit's accuracy, %.2f %% of %d images as they are%n",
                            100 * accuracy.exact(),
                            accuracy.images()));
            out.println();
        }
        out.flush();
    }

    private static String number(double megabits) {
        return megabits == Math.rint(megabits) ? String.valueOf(Math.round(megabits)) : String.valueOf(megabits);
    }

    private static String text(String format, double number) {
        return String.format(Locale.ROOT, format, number);
    }
}
