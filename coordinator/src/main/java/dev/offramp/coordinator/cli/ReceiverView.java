package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.partition.feed.FeedUrl;
import dev.offramp.partition.feed.ReceiverKind;
import dev.offramp.proto.v1.ListReceiversResponse;
import dev.offramp.proto.v1.ReceiverStatus;
import dev.offramp.proto.v1.ReceiverTelemetry;
import java.util.Map;
import java.util.TreeMap;

/** Receivers as people and programs read them. Stateless. */
final class ReceiverView {
    private ReceiverView() {}

    /** A row for each ingress that tells the receiver; one without where none has reported. */
    static Table table(ListReceiversResponse receivers) {
        Table table = new Table("RECEIVER", "SERVICE", "KIND", "TARGET", "NODE", "STATE", "SENT", "DROPPED", "PROBLEM");
        for (ReceiverStatus status : receivers.getReceiversList()) {
            Map<String, ReceiverTelemetry> nodes = new TreeMap<>(status.getTelemetryMap());
            if (nodes.isEmpty()) {
                row(table, status, "-", "unreported", ReceiverTelemetry.getDefaultInstance());
            }
            nodes.forEach((node, telemetry) -> row(table, status, node, telemetry.getUp() ? "up" : "down", telemetry));
        }
        return table;
    }

    private static void row(Table table, ReceiverStatus status, String node, String state, ReceiverTelemetry told) {
        table.row(
                status.getReceiver().getName(),
                status.getReceiver().getService(),
                kind(status),
                status.getReceiver().getTarget(),
                node,
                state,
                told.getSent(),
                CameraView.counts(told.getDroppedMap()),
                CameraView.orDash(told.getProblem()));
    }

    private static String kind(ReceiverStatus status) {
        return ReceiverKind.of(new FeedUrl(status.getReceiver().getTarget())).label();
    }

    static ObjectNode json(ListReceiversResponse receivers) {
        ObjectNode root = Json.object();
        ArrayNode list = root.putArray("receivers");
        for (ReceiverStatus status : receivers.getReceiversList()) {
            ArrayNode nodes = list.addObject()
                    .put("name", status.getReceiver().getName())
                    .put("service", status.getReceiver().getService())
                    .put("kind", kind(status))
                    .put("target", status.getReceiver().getTarget())
                    .putArray("nodes");
            new TreeMap<>(status.getTelemetryMap()).forEach((node, telemetry) -> {
                ObjectNode told = nodes.addObject()
                        .put("node", node)
                        .put("up", telemetry.getUp())
                        .put("sent", telemetry.getSent())
                        .put("problem", telemetry.getProblem());
                ObjectNode dropped = told.putObject("dropped");
                new TreeMap<>(telemetry.getDroppedMap()).forEach(dropped::put);
            });
        }
        return root;
    }
}
