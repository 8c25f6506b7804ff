package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.placement.Nearest;
import dev.offramp.proto.Enums;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.ActivationCodec;
import dev.offramp.proto.v1.CarriedTelemetry;
import dev.offramp.proto.v1.EdgeTelemetry;
import dev.offramp.proto.v1.HopTelemetry;
import dev.offramp.proto.v1.LinkTelemetry;
import dev.offramp.proto.v1.ListNodesRequest;
import dev.offramp.proto.v1.LossCount;
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
    private static final double BYTES_PER_MEGABIT = 1e6 / 8;

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
        Table table = new Table("NODE", "STATE", "BOARD", "EPOCH", "QUEUED", "DATA", "HTTP", "ACCESS", "LAST REPORT");
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
                    access(node),
                    String.format(Locale.ROOT, "%.1f s ago", node.getSilentNanos() / NANOS_PER_SECOND));
        }
        table.print(out);
    }

    static List<Node> list(CoordinatorClient client) throws CliException {
        return client.call(control -> control.listNodes(ListNodesRequest.getDefaultInstance()))
                .getNodesList();
    }

    static void printOne(CoordinatorClient client, String name, boolean json, PrintWriter out) throws CliException {
        Node node = find(list(client), name);
        if (json) {
            ObjectNode document = json(node);
            hops(node, document.putArray("hops"));
            links(node, document.putArray("links"));
            Json.print(out, document);
            return;
        }
        json(node)
                .properties()
                .forEach(entry -> out.printf(
                        "%-22s %s%n",
                        entry.getKey(),
                        entry.getValue().isContainerNode()
                                ? entry.getValue()
                                : entry.getValue().asText()));
        String complaints = String.join(", ", BoardReading.of(node).complaints());
        if (!complaints.isEmpty()) {
            out.printf("%-22s %s%n", "attention", complaints);
        }
        Table hops = new Table("CHAIN", "HOP", "RECEIVED", "FORWARDED", "COMPLETED", "LOST", "SERVED", "MEAN MS");
        for (HopTelemetry hop : node.getTelemetry().getHopsList()) {
            hops.row(
                    hop.getService() + "/" + hop.getChain(),
                    hop.getHop(),
                    hop.getReceived(),
                    hop.getForwarded(),
                    hop.getCompletedHere(),
                    lost(hop),
                    hop.getServed(),
                    String.format(Locale.ROOT, "%.2f", meanServiceMillis(hop)));
        }
        Table links = new Table("LINK TO", "STATE", "SENT", "RESOLVED", "PENDING", "ROUND TRIP MS", "MBIT/S");
        for (LinkTelemetry link : node.getTelemetry().getLinksList()) {
            links.row(
                    link.getPeer(),
                    link.getUp() ? "up" : "down",
                    link.getSent(),
                    link.getResolved(),
                    link.getPending(),
                    isMeasured(link) ? decimals(2, link.getRoundTripNanos() / NANOS_PER_MILLI) : "-",
                    isMeasured(link) ? decimals(1, link.getBytesPerSecond() / BYTES_PER_MEGABIT) : "-");
        }
        out.println();
        hops.print(out);
        out.println();
        links.print(out);
        printEdges(node, out);
    }

    private static boolean isMeasured(LinkTelemetry link) {
        return link.getRoundTripNanos() > 0;
    }

    /** How activations travel, where any have. */
    private static void printEdges(Node node, PrintWriter out) {
        Table edges = new Table("EDGE TO", "CHAIN", "HOP", "CODEC", "TRANSFERS", "BYTES EACH", "AS THEY ARE");
        boolean some = false;
        for (LinkTelemetry link : node.getTelemetry().getLinksList()) {
            for (EdgeTelemetry edge : link.getEdgesList()) {
                for (CarriedTelemetry carried : edge.getCarriedList()) {
                    some = true;
                    edges.row(
                            link.getPeer(),
                            edge.getService() + "/" + edge.getChain(),
                            edge.getHop(),
                            codec(carried.getCodec()) + (carried.getCodec() == edge.getCodec() ? " *" : ""),
                            carried.getTransfers(),
                            each(carried.getWireBytes(), carried),
                            each(carried.getActivationBytes(), carried));
                }
            }
        }
        if (some) {
            out.println();
            edges.print(out);
            out.println("* in use");
        }
    }

    private static long each(long bytes, CarriedTelemetry carried) {
        return Math.round((double) bytes / Math.max(1, carried.getTransfers()));
    }

    /** A codec of a newer agent is shown by the name that this command has for what it does not know. */
    private static String codec(ActivationCodec codec) {
        try {
            return Enums.read(codec).label();
        } catch (WireException e) {
            return codec.name().toLowerCase(Locale.ROOT);
        }
    }

    private static String decimals(int count, double number) {
        return String.format(Locale.ROOT, "%." + count + "f", number);
    }

    static Node find(List<Node> nodes, String name) throws CliException {
        for (Node node : nodes) {
            if (node.getRegistration().getNode().equals(name)) {
                return node;
            }
        }
        List<String> known =
                nodes.stream().map(node -> node.getRegistration().getNode()).toList();
        throw new CliException(
                ExitCode.NOT_FOUND, "there is no node '%s'%s".formatted(name, Nearest.hint(name, known)));
    }

    private static void hops(Node node, ArrayNode array) {
        for (HopTelemetry hop : node.getTelemetry().getHopsList()) {
            array.addObject()
                    .put("service", hop.getService())
                    .put("chain", hop.getChain())
                    .put("hop", hop.getHop())
                    .put("received", hop.getReceived())
                    .put("forwarded", hop.getForwarded())
                    .put("completedHere", hop.getCompletedHere())
                    .put("lostHere", lost(hop))
                    .put("served", hop.getServed())
                    .put("meanServiceMs", meanServiceMillis(hop));
        }
    }

    private static void links(Node node, ArrayNode array) {
        for (LinkTelemetry link : node.getTelemetry().getLinksList()) {
            ObjectNode one = array.addObject()
                    .put("peer", link.getPeer())
                    .put("up", link.getUp())
                    .put("sent", link.getSent())
                    .put("resolved", link.getResolved())
                    .put("pending", link.getPending())
                    .put("roundTripMs", link.getRoundTripNanos() / NANOS_PER_MILLI)
                    .put("bytesPerSecond", link.getBytesPerSecond());
            edges(link, one.putArray("edges"));
        }
    }

    private static void edges(LinkTelemetry link, ArrayNode array) {
        for (EdgeTelemetry edge : link.getEdgesList()) {
            ObjectNode one = array.addObject()
                    .put("service", edge.getService())
                    .put("chain", edge.getChain())
                    .put("hop", edge.getHop())
                    .put("codec", codec(edge.getCodec()));
            ArrayNode carried = one.putArray("carried");
            edge.getCarriedList().forEach(codec -> carried.addObject()
                    .put("codec", codec(codec.getCodec()))
                    .put("transfers", codec.getTransfers())
                    .put("activationBytes", codec.getActivationBytes())
                    .put("wireBytes", codec.getWireBytes()));
        }
    }

    private static long lost(HopTelemetry hop) {
        return hop.getLostHereList().stream().mapToLong(LossCount::getJobs).sum();
    }

    private static double meanServiceMillis(HopTelemetry hop) {
        return hop.getServed() == 0 ? 0 : hop.getServiceNanosSum() / hop.getServed() / NANOS_PER_MILLI;
    }

    /** Who may connect to the node; loud where that is everybody. */
    private static String access(Node node) {
        String access = node.getTelemetry().getAccess();
        return access.equals("insecure") ? "INSECURE" : access;
    }

    private static String state(Node node) {
        if (!node.getUp()) {
            return "down";
        }
        return node.getTelemetry().getDraining() ? "draining" : "up";
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
                .put("access", telemetry.getAccess())
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
        json.set("condition", BoardReading.of(node).json());
        return json;
    }
}
