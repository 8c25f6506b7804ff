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
    private static final String DISCOVERY = "homeassistant/sensor/";
    private static final String CONFIG = "/config";

    private final String prefix;
    private final String service;
    private final String node;
    private final String sensors;

    Topics(Receiver receiver, NodeId node) {
        String path = receiver.target().path();
        this.prefix = path.isEmpty() ? USUAL_PREFIX : path;
        this.service = receiver.service().value();
        this.node = node.value();
        this.sensors = "offramp_%s_AT_%s".formatted(escaped(receiver.id().value()), escaped(this.node));
    }

    /** Whether this node publishes outcomes of the service. */
    String availability() {
        return prefix + "/" + service + "/" + node + "/availability";
    }

    String outcome(String origin) {
        return prefix + "/" + service + "/" + origin;
    }

    String discovery(String origin) {
        return DISCOVERY + sensors + "/" + escaped(origin) + CONFIG;
    }

    /** Matches every topic on which this node has told of a sensor of this receiver. */
    String discoveries() {
        return discovery("+");
    }

    /** Whether {@link #discoveries} matches. */
    boolean isDiscovery(String topic) {
        return topic.startsWith(DISCOVERY + sensors + "/") && topic.endsWith(CONFIG);
    }

    /**
     * Home Assistant takes letters, digits, dashes and underscores. Names have no capitals, so different names stay
     * different.
     */
    private static String escaped(String name) {
        return name.replace(".", "_DOT_");
    }

    String description(String origin) {
        return new JsonObject()
                .put("name", origin)
                .put("unique_id", sensors + "_" + escaped(origin))
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
