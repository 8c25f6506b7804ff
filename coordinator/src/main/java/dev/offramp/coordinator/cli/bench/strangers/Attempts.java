package dev.offramp.coordinator.cli.bench.strangers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.Json;

/**
 * What a stranger came to see. Immutable.
 *
 * @param made in all
 * @param letIn that were answered as a member's are
 */
record Attempts(long made, long letIn, double seconds) {
    ObjectNode json() {
        return Json.object().put("made", made).put("letIn", letIn).put("seconds", seconds);
    }

    static Attempts of(JsonNode json) {
        return new Attempts(
                json.path("made").asLong(),
                json.path("letIn").asLong(),
                json.path("seconds").asDouble());
    }

    Attempts plus(Attempts other) {
        return new Attempts(made + other.made, letIn + other.letIn, seconds + other.seconds);
    }

    double perSecond() {
        return made / seconds;
    }
}
