package dev.offramp.agent.ingress;

import dev.offramp.agent.core.AgentEffect;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.Service;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.Outcome;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** Answers and outcomes as JSON. Stateless. */
public final class Answers {
    private static final double NANOS_PER_MILLI = 1e6;

    private Answers() {}

    static JsonObject error(RefusalException refusal) {
        return new JsonObject()
                .put(
                        "error",
                        new JsonObject()
                                .put("code", refusal.code().label())
                                .put("message", refusal.text())
                                .put("expected", refusal.expected())
                                .put("hint", refusal.hint()));
    }

    static JsonObject accepted(Service service, JobId job) {
        return new JsonObject()
                .put("job", job.toString())
                .put("service", service.id().value());
    }

    /** An outcome, as subscribers and receivers get it. */
    public static JsonObject report(Service service, AgentEffect.Answer report, Optional<CameraId> camera) {
        JsonObject json = new JsonObject()
                .put("job", report.job().toString())
                .put("service", service.id().value())
                .put("chain", report.chain().map(ChainId::name).orElse(null))
                .put("epoch", report.epoch())
                .put("policyVersion", report.policyVersion());
        camera.ifPresent(id -> json.put("camera", id.value()));
        switch (report.outcome()) {
            case Outcome.Completed completed ->
                json.put("outcome", "completed")
                        .put("exit", completed.exit())
                        .put(
                                "label",
                                new JsonObject()
                                        .put("index", completed.label())
                                        .put("name", labelName(service, completed.label())))
                        .put("confidence", completed.confidence());
            case Outcome.Lost lost ->
                json.put("outcome", "lost")
                        .put("reason", lost.reason().label())
                        .put("node", lost.node().value());
        }
        return json.put("latencyMs", latency(report));
    }

    private static JsonObject latency(AgentEffect.Answer report) {
        long queueing = report.timings().queueingNanos();
        long compute = report.timings().computeNanos();
        long network = Math.max(0, report.latencyNanos() - queueing - compute);
        return new JsonObject()
                .put("total", millis(report.latencyNanos()))
                .put("queueing", millis(queueing))
                .put("compute", millis(compute))
                .put("network", millis(network));
    }

    private static double millis(long nanos) {
        return Math.round(nanos / NANOS_PER_MILLI * 1000) / 1000.0;
    }

    private static String labelName(Service service, int label) {
        return label >= 0 && label < service.labels().size() ? service.labels().get(label) : String.valueOf(label);
    }
}
