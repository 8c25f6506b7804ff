package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.partition.feed.CameraKind;
import dev.offramp.partition.feed.FeedUrl;
import dev.offramp.proto.v1.CameraStatus;
import dev.offramp.proto.v1.CameraTelemetry;
import dev.offramp.proto.v1.ListCamerasResponse;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Cameras as people and programs read them. Stateless. */
final class CameraView {
    private static final double NANOS_PER_SECOND = 1e9;

    private CameraView() {}

    static Table table(ListCamerasResponse cameras) {
        Table table = new Table(
                "CAMERA", "SERVICE", "NODE", "KIND", "SOURCE", "STATE", "FPS IN", "FPS SERVED", "SKIPPED", "PROBLEM");
        for (CameraStatus status : cameras.getCamerasList()) {
            CameraTelemetry telemetry = status.getTelemetry();
            table.row(
                    status.getCamera().getName(),
                    status.getCamera().getService(),
                    status.getCamera().getNode(),
                    kind(status),
                    status.getCamera().getSource(),
                    state(status),
                    rate(telemetry.getFramesPerSecond()),
                    rate(telemetry.getServedPerSecond()),
                    counts(telemetry.getSkippedMap()),
                    orDash(telemetry.getProblem()));
        }
        return table;
    }

    private static String kind(CameraStatus status) {
        return CameraKind.of(new FeedUrl(status.getCamera().getSource())).label();
    }

    private static String state(CameraStatus status) {
        if (!status.getNodeUp()) {
            return "node down";
        }
        return status.hasTelemetry() ? status.getTelemetry().getState() : "unreported";
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%.1f", perSecond);
    }

    /** What happened how often, in one line. */
    static String counts(Map<String, Long> counts) {
        return counts.isEmpty()
                ? "0"
                : new TreeMap<>(counts)
                        .entrySet().stream()
                                .map(count -> count.getKey() + " " + count.getValue())
                                .collect(Collectors.joining(", "));
    }

    static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    static ObjectNode json(ListCamerasResponse cameras) {
        ObjectNode root = Json.object();
        ArrayNode list = root.putArray("cameras");
        for (CameraStatus status : cameras.getCamerasList()) {
            CameraTelemetry telemetry = status.getTelemetry();
            ObjectNode camera = list.addObject()
                    .put("name", status.getCamera().getName())
                    .put("service", status.getCamera().getService())
                    .put("node", status.getCamera().getNode())
                    .put("kind", kind(status))
                    .put("source", status.getCamera().getSource())
                    .put("maxFramesPerSecond", status.getCamera().getMaxFramesPerSecond())
                    .put("patienceSeconds", status.getCamera().getPatienceNanos() / NANOS_PER_SECOND)
                    .put("inFlight", status.getCamera().getInFlight())
                    .put("state", state(status))
                    .put("up", status.getNodeUp() && telemetry.getUp())
                    .put("framesPerSecond", telemetry.getFramesPerSecond())
                    .put("servedPerSecond", telemetry.getServedPerSecond())
                    .put("frames", telemetry.getFrames())
                    .put("served", telemetry.getServed())
                    .put("reconnects", telemetry.getReconnects())
                    .put("problem", telemetry.getProblem());
            ObjectNode skipped = camera.putObject("skipped");
            new TreeMap<>(telemetry.getSkippedMap()).forEach(skipped::put);
        }
        return root;
    }
}
