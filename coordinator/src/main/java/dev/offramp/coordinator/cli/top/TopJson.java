package dev.offramp.coordinator.cli.top;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedSet;

/** A view as one JSON object. What is not known is null. Stateless. */
final class TopJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    private TopJson() {}

    static ObjectNode of(TopView view) {
        ObjectNode json = JSON.objectNode();
        json.put("coordinatorUptimeSeconds", view.coordinatorUptimeNanos() / NANOS_PER_SECOND);
        json.put("epoch", view.epoch());
        json.put("windowSeconds", view.windowSeconds());
        json.put("conservationResidual", view.residual());
        json.set("strangersRefused", counts(view.refused()));
        ArrayNode nodes = json.putArray("nodes");
        view.nodes().forEach(row -> nodes.add(node(row)));
        ArrayNode services = json.putArray("services");
        view.services().forEach(row -> services.add(service(row, view.codecs())));
        return json;
    }

    private static ObjectNode node(TopView.NodeRow row) {
        NodeReading now = row.now();
        ObjectNode json = JSON.objectNode();
        json.put("node", now.name());
        json.put("board", now.board());
        json.put("emulated", now.emulated());
        json.put("up", now.up());
        json.put("silentSeconds", now.silentNanos() / NANOS_PER_SECOND);
        json.put("queuedJobs", now.queuedJobs());
        json.put("capacityJobs", now.capacityJobs());
        put(json, "utilisation", row.utilisation());
        put(json, "meanServiceMillis", inMillis(row.meanServiceNanos()));
        put(json, "serviceScv", row.serviceScv());
        json.put("servedPerSecond", row.servedPerSecond());
        ObjectNode times = json.putObject("meanMillisPerJob");
        put(times, "queue", inMillis(row.times().queue().meanNanos()));
        put(times, "compute", inMillis(row.times().compute().meanNanos()));
        put(times, "serialise", inMillis(row.times().serialise().meanNanos()));
        put(times, "network", inMillis(row.times().network().meanNanos()));
        ArrayNode priorities = json.putArray("priorities");
        row.priorities().forEach((priority, totals) -> priorities
                .addObject()
                .put("priority", priority)
                .put("queuedJobs", totals.queued())
                .put("received", totals.received())
                .put("lost", totals.lost()));
        json.put("rssBytes", now.rssBytes());
        json.put("epoch", now.epoch());
        json.put("conservationResidual", now.residual());
        json.set("condition", now.condition().json());
        return json;
    }

    private static ObjectNode service(TopView.ServiceRow row, Map<String, SortedSet<String>> codecs) {
        ObjectNode json = JSON.objectNode();
        json.put("service", row.service());
        if (row.policyVersion().isPresent()) {
            json.put("policyVersion", row.policyVersion().getAsLong());
        } else {
            json.putNull("policyVersion");
        }
        json.put("acceptedPerSecond", row.acceptedPerSecond());
        json.put("completedPerSecond", row.completedPerSecond());
        json.put("lostPerSecond", row.lostPerSecond());
        json.put("inFlight", row.window().inFlight());
        put(json, "lossRatio", row.lossRatio());
        put(json, "accuracy", row.accuracy());
        ArrayNode used = json.putArray("codecs");
        codecs.getOrDefault(row.service(), Collections.emptySortedSet()).forEach(used::add);
        json.set("window", totals(row.window()));
        json.set("total", totals(row.total()));
        return json;
    }

    private static ObjectNode totals(IngressTotals totals) {
        ObjectNode json = JSON.objectNode();
        json.put("accepted", totals.accepted());
        json.put("completed", totals.completed());
        json.put("lost", totals.lostJobs());
        json.set("lostByReason", counts(totals.lost()));
        json.set("refused", counts(totals.refused()));
        ArrayNode exits = json.putArray("exits");
        totals.exits().forEach((number, exit) -> exits.addObject()
                .put("exit", number)
                .put("completed", exit.completed())
                .put("withTruth", exit.withTruth())
                .put("correct", exit.correct()));
        json.set("completedByPolicyVersion", counts(totals.completedByPolicy()));
        ObjectNode latency = json.putObject("latencyMillis");
        put(latency, "p50", totals.latency().quantileMillis(0.5));
        put(latency, "p95", totals.latency().quantileMillis(0.95));
        put(latency, "p99", totals.latency().quantileMillis(0.99));
        put(latency, "meanQueueing", mean(totals.queueingNanos(), totals.completed()));
        put(latency, "meanCompute", mean(totals.computeNanos(), totals.completed()));
        put(latency, "meanNetwork", mean(totals.networkNanos(), totals.completed()));
        return json;
    }

    private static <K> ObjectNode counts(Map<K, Long> counts) {
        ObjectNode json = JSON.objectNode();
        counts.forEach((key, count) -> json.put(String.valueOf(key), count));
        return json;
    }

    private static OptionalDouble mean(double nanos, long jobs) {
        return jobs == 0 ? OptionalDouble.empty() : OptionalDouble.of(nanos / jobs / NANOS_PER_MILLI);
    }

    private static OptionalDouble inMillis(OptionalDouble nanos) {
        return nanos.isEmpty() ? nanos : OptionalDouble.of(nanos.getAsDouble() / NANOS_PER_MILLI);
    }

    private static void put(ObjectNode json, String name, OptionalDouble value) {
        if (value.isPresent()) {
            json.put(name, value.getAsDouble());
        } else {
            json.putNull(name);
        }
    }
}
