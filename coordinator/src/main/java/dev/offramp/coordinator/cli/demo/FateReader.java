package dev.offramp.coordinator.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Reads an ingress's answers. Thread-safe. */
final class FateReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double NANOS_PER_MILLI = 1e6;

    private FateReader() {}

    /** @param truth name of the class that the frame shows */
    static Fate read(int status, String body, String truth) {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return new Fate.Unanswered("answer " + status + " is no JSON");
        }
        if (json.path("error").has("code")) {
            return new Fate.Refused(json.path("error").path("code").asText());
        }
        Fate.Orders orders = new Fate.Orders(
                json.path("policyVersion").asLong(), json.path("chain").asText());
        return switch (json.path("outcome").asText()) {
            case "completed" ->
                new Fate.Completed(
                        orders,
                        json.path("exit").asInt(),
                        json.path("label").path("name").asText().equals(truth),
                        latency(json.path("latencyMs")));
            case "lost" ->
                new Fate.Lost(
                        orders, json.path("reason").asText(), json.path("node").asText());
            default -> new Fate.Unanswered("answer " + status + " has no outcome");
        };
    }

    private static Fate.Latency latency(JsonNode millis) {
        return new Fate.Latency(
                nanos(millis, "total"), nanos(millis, "queueing"), nanos(millis, "compute"), nanos(millis, "network"));
    }

    private static long nanos(JsonNode millis, String part) {
        return Math.round(millis.path(part).asDouble() * NANOS_PER_MILLI);
    }
}
