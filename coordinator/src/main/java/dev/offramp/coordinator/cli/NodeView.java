package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.proto.v1.ListNodesRequest;
import dev.offramp.proto.v1.Node;
import dev.offramp.proto.v1.Register;
import dev.offramp.proto.v1.Telemetry;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Nodes as text and as JSON. Stateless. */
final class NodeView {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double BYTES_PER_MEBIBYTE = 1 << 20;

    private NodeView() {}

    static void printList(CoordinatorClient client, boolean json, PrintWriter out) throws CliException {
        List<Node> nodes = list(client);
        if (json) {
            ObjectNode document = Json.object();
            ArrayNode array = document.putArray("nodes");
            nodes.forEach(node -> array.add(json(node)));
            Json.print(out, document);
            return;
        }
        Table table = new Table("NODE", "STATE", "BOARD", "EPOCH", "QUEUED", "DATA", "HTTP", "LAST REPORT");
        for (Node node : nodes) {
            Register registration = node.getRegistration();
            table.row(
                    registration.getNode(),
                    state(node),
                    registration.getBoard(),
                    node.getTelemetry().getEpoch(),
                    node.getTelemetry().getQueuedJobs() + "/" + registration.getCapacityJobs(),
                    registration.getDataAddress(),
                    registration.getHttpAddress(),
                    String.format(Locale.ROOT, "%.1f s ago", node.getSilentNanos() / NANOS_PER_SECOND));
        }
        table.print(out);
    }

    static List<Node> list(CoordinatorClient client) throws CliException {
        return client.call(control -> control.listNodes(ListNodesRequest.getDefaultInstance()))
                .getNodesList();
    }

    private static String state(Node node) {
        return node.getUp() ? "up" : "down";
    }

    static ObjectNode json(Node node) {
        Register registration = node.getRegistration();
        Telemetry telemetry = node.getTelemetry();
        ObjectNode json = Json.object()
                .put("node", registration.getNode())
                .put("state", state(node))
                .put("silentMs", node.getSilentNanos() / NANOS_PER_MILLI)
                .put("board", registration.getBoard())
                .put("emulated", registration.getEmulated())
                .put("memoryBytes", registration.getMemoryBytes())
                .put("capacityJobs", registration.getCapacityJobs())
                .put("capacityBytes", registration.getCapacityBytes())
                .put("dataAddress", registration.getDataAddress())
                .put("httpAddress", registration.getHttpAddress())
                .put("incarnation", registration.getIncarnation())
                .put("version", registration.getVersion())
                .put("epoch", telemetry.getEpoch())
                .put("queuedJobs", telemetry.getQueuedJobs())
                .put("queuedBytes", telemetry.getQueuedBytes())
                .put("uptimeSeconds", telemetry.getUptimeNanos() / NANOS_PER_SECOND)
                .put("busySeconds", telemetry.getBusyNanos() / NANOS_PER_SECOND)
                .put("rssMebibytes", telemetry.getRssBytes() / BYTES_PER_MEBIBYTE)
                .put("conservationResidual", telemetry.getConservationResidual());
        ObjectNode policies = json.putObject("policyVersions");
        telemetry.getPolicyVersionsMap().forEach(policies::put);
        return json;
    }
}
