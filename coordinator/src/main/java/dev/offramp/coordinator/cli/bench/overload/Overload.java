package dev.offramp.coordinator.cli.bench.overload;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.Table;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What agents under overload did beside what theory says. Immutable.
 *
 * @param meanServiceTime asked for
 * @param kept how the laws of service times were kept
 */
record Overload(Duration meanServiceTime, Map<Law, Kept> kept, List<Row> rows) {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MILLIS = 1e3;
    private static final double LEVEL = 0.95;

    /**
     * One hop of one line under one load.
     *
     * @param kept by all agents that ran at the same time
     */
    record Row(Measured measured, Kept kept, int hop, Theory.Expected expected) {
        /** λ × the mean service time that there was. */
        double load() {
            return measured.condition().arrivalRate() * kept.mean();
        }

        double lossRatio() {
            return measured.lossRatio(hop);
        }

        boolean inside() {
            return expected.covers(lossRatio(), measured.jobs());
        }
    }

    Overload {
        kept = Map.copyOf(kept);
        rows = List.copyOf(rows);
    }

    static Overload of(Duration meanServiceTime, List<Measured> all, Theory theory) {
        Map<Law, Kept> kept = new EnumMap<>(Law.class);
        for (Law law : all.stream().map(one -> one.line().law()).distinct().toList()) {
            kept.put(
                    law,
                    Kept.of(all.stream().filter(one -> one.line().law() == law).toList()));
        }
        List<Row> rows = all.parallelStream()
                .flatMap(measured -> rows(
                        measured,
                        Kept.of(all.stream().filter(measured::ranBeside).toList()),
                        theory))
                .toList();
        return new Overload(meanServiceTime, kept, rows);
    }

    private static Stream<Row> rows(Measured measured, Kept kept, Theory theory) {
        List<Theory.Expected> expected = theory.of(measured, kept);
        return IntStream.range(0, expected.size()).mapToObj(hop -> new Row(measured, kept, hop, expected.get(hop)));
    }

    long inside() {
        return rows.stream().filter(Row::inside).count();
    }

    ObjectNode json() {
        ObjectNode json = Json.object().put("meanServiceMs", meanServiceTime.toNanos() / NANOS_PER_MILLI);
        ObjectNode laws = json.putObject("kept");
        kept.forEach((law, one) -> laws.putObject(law.key())
                .put("served", one.served())
                .put("meanServiceMs", one.mean() * MILLIS)
                .put("serviceScv", one.scv()));
        ArrayNode all = json.putArray("rows");
        for (Row row : rows) {
            Measured measured = row.measured();
            all.addObject()
                    .put("arrivals", measured.condition().arrivals().key())
                    .put("service", measured.line().law().key())
                    .put("line", measured.line().text())
                    .put("hop", row.hop() + 1)
                    .put("arrivalRate", measured.condition().arrivalRate())
                    .put("arrivalRateKept", measured.arrivalRate())
                    .put("meanServiceMs", row.kept().mean() * MILLIS)
                    .put("serviceScv", row.kept().scv())
                    .put("load", row.load())
                    .put("jobs", measured.jobs())
                    .put("lossRatio", row.lossRatio())
                    .put("expected", row.expected().lossRatio())
                    .put("by", row.expected().witness().name().toLowerCase(Locale.ROOT))
                    .put("low", row.expected().low())
                    .put("high", row.expected().high())
                    .put("inside", row.inside());
        }
        return json.put("inside", inside());
    }

    void print(PrintWriter out) {
        Table table = new Table(
                "ARRIVALS",
                "SERVICE",
                "K",
                "HOP",
                "LOAD",
                "JOBS",
                "LOST %",
                "EXPECTED %",
                "95 % OF RUNS",
                "VERDICT",
                "BY");
        for (Row row : rows) {
            Measured measured = row.measured();
            table.row(
                    measured.condition().arrivals().key(),
                    measured.line().law().key(),
                    measured.line().text(),
                    row.hop() + 1,
                    text("%.3f", row.load()),
                    measured.jobs(),
                    percent(row.lossRatio()),
                    percent(row.expected().lossRatio()),
                    percent(row.expected().low()) + " … "
                            + percent(row.expected().high()),
                    row.inside() ? "inside" : "outside",
                    row.expected().witness().name().toLowerCase(Locale.ROOT));
        }
        table.print(out);
        kept.forEach((law, one) -> out.println(text(
                "%s service times of %.2f ms were %.3f ms with an scv of %.4f over %d jobs, handing over included; loads and expected values are for what was kept in each run",
                law.key(), meanServiceTime.toNanos() / NANOS_PER_MILLI, one.mean() * MILLIS, one.scv(), one.served())));
        out.println(text(
                "%d of %d inside where 95 %% of the runs of the model are; %.0f were to be expected",
                inside(), rows.size(), LEVEL * rows.size()));
        out.flush();
    }

    private static String percent(double share) {
        return text("%.2f", 100 * share);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
