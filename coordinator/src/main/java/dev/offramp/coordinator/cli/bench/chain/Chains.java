package dev.offramp.coordinator.cli.bench.chain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * What chains of agents were measured to do. Immutable.
 *
 * @param network its name
 */
record Chains(String network, List<Length> lengths) {
    private static final double NANOS_PER_MILLI = 1e6;

    /**
     * One length of the chain.
     *
     * @param cores that each agent may use; 0 where they could not be held to any
     * @param throughput jobs per second through the agents
     * @param bound jobs per second that the slowest partition alone can do, in ONNX Runtime under the same share
     * @param throughputRatio median of the rounds' ratios
     * @param latency of single jobs, from sending to outcome
     * @param computing of them, all partitions together
     * @param uncut of the whole network in ONNX Runtime, in one process
     */
    record Length(
            int agents,
            double cores,
            double throughput,
            double bound,
            double throughputRatio,
            Times latency,
            Times computing,
            Times uncut) {
        /** Of the latency, what is not computing, per agent. */
        double hopNanos() {
            return (latency.p50() - computing.p50()) / agents;
        }
    }

    /** Nanoseconds. */
    record Times(double p50, double p99) {}

    Chains {
        lengths = List.copyOf(lengths);
    }

    ObjectNode json() {
        ObjectNode json = Json.object().put("network", network);
        ArrayNode all = json.putArray("chains");
        for (Length length : lengths) {
            ObjectNode node = all.addObject()
                    .put("agents", length.agents())
                    .put("cores", length.cores())
                    .put("perSecond", length.throughput())
                    .put("boundPerSecond", length.bound())
                    .put("throughputRatio", length.throughputRatio())
                    .put("latencyRatio", length.latency().p50() / length.uncut().p50())
                    .put(
                            "computingRatio",
                            length.computing().p50() / length.uncut().p50())
                    .put("hopMs", length.hopNanos() / NANOS_PER_MILLI);
            node.set("latency", json(length.latency()));
            node.set("computing", json(length.computing()));
            node.set("uncut", json(length.uncut()));
        }
        return json;
    }

    private static ObjectNode json(Times times) {
        return Json.object().put("p50Ms", times.p50() / NANOS_PER_MILLI).put("p99Ms", times.p99() / NANOS_PER_MILLI);
    }

    void print(PrintWriter out) {
        Table throughput = new Table("AGENTS", "CORES EACH", "PER SECOND", "BOUND", "OF BOUND");
        Table latency = new Table(
                "AGENTS",
                "LATENCY P50 MS",
                "P99 MS",
                "COMPUTING P50 MS",
                "UNCUT P50 MS",
                "P99 MS",
                "LATENCY OF UNCUT",
                "COMPUTING OF UNCUT",
                "MS A HOP");
        for (Length length : lengths) {
            throughput.row(
                    length.agents(),
                    length.cores() == 0 ? "any" : text("%.2f", length.cores()),
                    text("%.1f", length.throughput()),
                    text("%.1f", length.bound()),
                    text("%.3f", length.throughputRatio()));
            latency.row(
                    length.agents(),
                    millis(length.latency().p50()),
                    millis(length.latency().p99()),
                    millis(length.computing().p50()),
                    millis(length.uncut().p50()),
                    millis(length.uncut().p99()),
                    text("%.3f", length.latency().p50() / length.uncut().p50()),
                    text("%.3f", length.computing().p50() / length.uncut().p50()),
                    millis(length.hopNanos()));
        }
        out.println(network);
        throughput.print(out);
        out.println();
        latency.print(out);
        out.flush();
    }

    private static String millis(double nanos) {
        return text("%.3f", nanos / NANOS_PER_MILLI);
    }

    private static String text(String format, double number) {
        return String.format(Locale.ROOT, format, number);
    }
}
