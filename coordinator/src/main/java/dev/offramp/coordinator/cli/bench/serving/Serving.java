package dev.offramp.coordinator.cli.bench.serving;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What one agent and the plain server were measured to do with the same frames. Immutable. */
record Serving(Side agent, Side plain) {
    private static final double NANOS_PER_MILLI = 1e6;

    /**
     * One of the two.
     *
     * @param perSecond completed, some cameras waiting for their answers
     * @param p50 nanoseconds, of frames that come alone
     * @param overloadPerSecond completed, when more come than it can do
     * @param overloadP50 nanoseconds, of those
     * @param lossRatio then
     */
    record Side(
            double perSecond,
            double p50,
            double p99,
            double overloadPerSecond,
            double overloadP50,
            double overloadP99,
            double lossRatio) {}

    private record Line(String name, String key, ToDoubleFunction<Side> value, double unit) {}

    private static final List<Line> LINES = List.of(
            new Line("frames/s, 4 cameras", "perSecond", Side::perSecond, 1),
            new Line("latency p50 ms, 1 camera", "p50Ms", Side::p50, NANOS_PER_MILLI),
            new Line("latency p99 ms, 1 camera", "p99Ms", Side::p99, NANOS_PER_MILLI),
            new Line("overloaded: completed/s", "overloadPerSecond", Side::overloadPerSecond, 1),
            new Line("overloaded: latency p50 ms", "overloadP50Ms", Side::overloadP50, NANOS_PER_MILLI),
            new Line("overloaded: latency p99 ms", "overloadP99Ms", Side::overloadP99, NANOS_PER_MILLI),
            new Line("overloaded: loss ratio", "lossRatio", Side::lossRatio, 1));

    ObjectNode json() {
        ObjectNode json = Json.object();
        ObjectNode ratios = Json.object();
        json.set("agent", json(agent));
        json.set("plain", json(plain));
        LINES.forEach(line -> ratios.put(line.key(), ratio(line)));
        json.set("ratios", ratios);
        return json;
    }

    private static ObjectNode json(Side side) {
        ObjectNode json = Json.object();
        LINES.forEach(line -> json.put(line.key(), line.value().applyAsDouble(side) / line.unit()));
        return json;
    }

    private double ratio(Line line) {
        return line.value().applyAsDouble(agent) / line.value().applyAsDouble(plain);
    }

    void print(PrintWriter out) {
        Table table = new Table("", "AGENT", "PLAIN HTTP", "RATIO");
        for (Line line : LINES) {
            table.row(
                    line.name(),
                    text(line.value().applyAsDouble(agent) / line.unit()),
                    text(line.value().applyAsDouble(plain) / line.unit()),
                    text(ratio(line)));
        }
        table.print(out);
        out.flush();
    }

    private static String text(double number) {
        return String.format(Locale.ROOT, "%.3f", number);
    }
}
