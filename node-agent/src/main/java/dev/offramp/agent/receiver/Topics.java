package dev.offramp.agent.receiver;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.feed.Receiver;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * What is published where: outcomes under {@code prefix/service/camera}, and for each camera a sensor that Home Assistant
 * finds by itself. Immutable.
 */
final class Topics {
    static final String ONLINE = "online";
    static final String OFFLINE = "offline";

    private static final String USUAL_PREFIX = "offramp";

    private final String prefix;
    private final String service;
    private final String node;

    Topics(Receiver receiver, NodeId node) {
        String path = receiver.target().path();
        this.prefix = path.isEmpty() ? USUAL_PREFIX : path;
        this.service = receiver.service().value();
        this.node = node.value();
    }

    /** Whether this node publishes outcomes of the service. */
    String availability() {
        return prefix + "/" + service + "/" + node + "/availability";
    }

    String outcome(String origin) {
        return prefix + "/" + service + "/" + origin;
    }

    String discovery(String origin) {
        return "homeassistant/sensor/" + id(origin) + "/config";
    }

    /** Home Assistant takes letters, digits, dashes and underscores. */
    private String id(String origin) {
        return ("offramp_" + node + "_" + service + "_" + origin).replace('.', '_');
    }

    String description(String origin) {
        return new JsonObject()
                .put("name", origin)
                .put("unique_id", id(origin))
                .put("state_topic", outcome(origin))
                .put("value_template", "{{ value_json.label.name if value_json.outcome == 'completed' else 'lost' }}")
                .put("json_attributes_topic", outcome(origin))
                .put("availability_topic", availability())
                .put("payload_available", ONLINE)
                .put("payload_not_available", OFFLINE)
                .put(
                        "device",
                        new JsonObject()
                                .put("identifiers", new JsonArray().add("offramp_" + service))
                                .put("name", "Offramp " + service)
                                .put("manufacturer", "Offramp"))
                .encode();
    }
}
