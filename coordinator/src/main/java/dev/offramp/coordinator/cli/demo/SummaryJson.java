package dev.offramp.coordinator.cli.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.top.LatencyCounts;
import dev.offramp.partition.profile.ExitMix;
import java.util.Map;
import java.util.OptionalDouble;

/** The summary as one JSON object. What is not known is null. Stateless. */
final class SummaryJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final double ROUND = 1e6;

    private SummaryJson() {}

    static ObjectNode of(DemoSummary summary) {
        ObjectNode json = JSON.objectNode();
        json.set("setting", setting(summary.setting()));
        json.put("accepted", summary.accepted());
        json.put("completed", summary.completed());
        json.put("lost", summary.lostJobs());
        json.put("inFlight", summary.inFlight());
        json.put("conservationResidual", summary.residual());
        json.set("lostByReason", counts(summary.lost()));
        json.set("lostByReasonAndNode", counts(summary.camera().lostAt()));
        put(json, "lossRatio", summary.lossRatio());
        put(json, "accuracy", summary.accuracy());
        put(json, "expectedAccuracy", summary.expectedAccuracy());
        put(json, "accuracyDifferencePoints", summary.accuracyDifferencePoints());
        json.set("exits", exits(summary, summary.all(), summary.camera().groups()));
        json.set("latencyMillis", latencies(summary.all().latencies()));
        ArrayNode policies = json.putArray("policies");
        summary.policies().forEach(policy -> policies.add(policy(summary, policy)));
        ObjectNode chains = json.putObject("chains");
        summary.setting().chains().forEach((name, nodes) -> chains.set(name, group(summary.totalOf(name))));
        json.set("camera", camera(summary));
        json.set("residualByNode", counts(summary.residuals()));
        ArrayNode notes = json.putArray("notes");
        summary.notes().forEach(notes::add);
        return json;
    }

    private static ObjectNode setting(DemoSummary.Setting setting) {
        ObjectNode json = JSON.objectNode();
        json.put("service", setting.service());
        json.put("seed", setting.seed());
        json.put("emulationSlowdown", DemoPlan.SLOWDOWN);
        json.put("seconds", rounded(setting.seconds()));
        json.put("framesPerSecond", rounded(setting.framesPerSecond()));
        json.put("capacityFramesPerSecond", rounded(setting.capacity()));
        ArrayNode nodes = json.putArray("nodes");
        setting.boards().forEach((node, board) -> {
            ObjectNode one =
                    nodes.addObject().put("node", node).put("board", board).put("emulated", true);
            Double millis = setting.serviceMillis().get(node);
            put(one, "meanServiceMillis", millis == null ? OptionalDouble.empty() : OptionalDouble.of(millis));
        });
        ObjectNode chains = json.putObject("chains");
        setting.chains().forEach((chain, hops) -> hops.forEach(chains.putArray(chain)::add));
        return json;
    }

    private static ObjectNode camera(DemoSummary summary) {
        Tally.Totals camera = summary.camera();
        ObjectNode json = JSON.objectNode();
        json.put("sent", camera.sent());
        json.put("skipped", camera.skipped());
        json.put("outstanding", camera.outstanding());
        json.set("refused", counts(camera.refused()));
        json.set("unanswered", counts(camera.unanswered()));
        json.put("accepted", summary.all().accepted());
        json.put("disagreementWithIngress", summary.disagreement());
        return json;
    }

    private static ObjectNode policy(DemoSummary summary, PolicyUse policy) {
        GroupTotals total = summary.totalUnder(policy.version());
        ObjectNode json = JSON.objectNode();
        json.put("version", policy.version());
        json.put("purpose", policy.purpose());
        ArrayNode versions = json.putArray("versionsUsed");
        summary.versionsUnder(policy.version()).forEach(versions::add);
        ArrayNode thresholds = json.putArray("thresholds");
        for (float threshold : policy.thresholds().toArray()) {
            thresholds.add(rounded(threshold));
        }
        json.put("fromSeconds", rounded(policy.fromSeconds()));
        put(json, "acknowledgedMillis", policy.acknowledgedMillis());
        json.setAll(group(total));
        put(json, "expectedAccuracy", summary.expectation().accuracy(summary.under(policy.version())));
        json.set("exits", exits(summary, total, summary.under(policy.version())));
        return json;
    }

    private static ObjectNode group(GroupTotals total) {
        ObjectNode json = JSON.objectNode();
        json.put("accepted", total.accepted());
        json.put("completed", total.completed());
        json.put("lost", total.lostJobs());
        json.set("lostByReason", counts(total.lost()));
        json.put("lossRatio", rounded(total.lossRatio()));
        put(json, "accuracy", total.exits().accuracy());
        json.set("latencyMillis", latencies(total.latencies()));
        return json;
    }

    private static ArrayNode exits(DemoSummary summary, GroupTotals total, Map<Fate.Orders, GroupTotals> groups) {
        ExitMix mix = total.exits();
        ArrayNode json = JSON.arrayNode();
        for (int exit = 1; exit <= mix.exits(); exit++) {
            ObjectNode one = json.addObject();
            one.put("exit", exit);
            one.put("completed", mix.completed(exit));
            one.put("share", rounded(mix.share(exit)));
            put(one, "accuracy", mix.accuracy(exit));
            put(one, "expectedAccuracy", summary.expectation().accuracy(groups, exit));
        }
        return json;
    }

    private static ObjectNode latencies(GroupTotals.Latencies latencies) {
        ObjectNode json = JSON.objectNode();
        json.set("total", quantiles(latencies.total()));
        json.set("queueing", quantiles(latencies.queueing()));
        json.set("compute", quantiles(latencies.compute()));
        json.set("network", quantiles(latencies.network()));
        return json;
    }

    private static ObjectNode quantiles(LatencyCounts counts) {
        ObjectNode json = JSON.objectNode();
        put(json, "p50", counts.quantileMillis(0.5));
        put(json, "p95", counts.quantileMillis(0.95));
        put(json, "p99", counts.quantileMillis(0.99));
        return json;
    }

    private static ObjectNode counts(Map<String, Long> counts) {
        ObjectNode json = JSON.objectNode();
        counts.forEach(json::put);
        return json;
    }

    private static void put(ObjectNode json, String name, OptionalDouble value) {
        if (value.isPresent()) {
            json.put(name, rounded(value.getAsDouble()));
        } else {
            json.putNull(name);
        }
    }

    private static double rounded(double value) {
        return Math.round(value * ROUND) / ROUND;
    }
}
