package dev.offramp.coordinator.cli;

import dev.offramp.partition.feed.CameraLimits;
import dev.offramp.proto.v1.AddCameraRequest;
import dev.offramp.proto.v1.Camera;
import dev.offramp.proto.v1.FeedsResponse;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code camera add}. */
@Command(
        name = "add",
        description = "Adds a camera: its ingress takes its frames from now on, also when the coordinator is gone.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Sources:",
            "  http://HOST/PATH           MJPEG, or one picture a request; https too",
            "  rtsp://HOST/PATH           through ffmpeg, which the ingress must have",
            "  mqtt://BROKER/TOPIC        one picture a message; mqtts too",
            "  tcp://HOST:PORT            one JPEG after another: we connect",
            "  tcp://ADDRESS:PORT?listen  the same: the camera connects",
            "  push                       the camera posts to the ingress: /v1/services/SERVICE/cameras/NAME"
        })
@SuppressWarnings("NullAway.Init")
final class CameraAddCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the camera.")
    private String name;

    @Parameters(index = "1", paramLabel = "SOURCE", description = "Where its frames come from.")
    private String source;

    @Option(names = "--service", required = true, paramLabel = "SERVICE", description = "Whose frames they are.")
    private String service;

    @Option(
            names = "--node",
            defaultValue = "",
            paramLabel = "NODE",
            description = "The ingress that takes them (default: the service's only one).")
    private String node;

    @Option(
            names = "--max-fps",
            defaultValue = "0",
            paramLabel = "N",
            description = "Most frames a second that are taken (default: all).")
    private double maxFramesPerSecond;

    @Option(
            names = "--patience",
            defaultValue = "10s",
            paramLabel = "DURATION",
            description = "Longest silence before the connection is given up (default: ${DEFAULT-VALUE}).")
    private Duration patience;

    @Option(
            names = "--in-flight",
            defaultValue = "" + CameraLimits.USUAL_IN_FLIGHT,
            paramLabel = "N",
            description = "Most frames of it without an outcome; the newest that comes meanwhile waits"
                    + " (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Mixin
    private CoordinatorOptions coordinator;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException {
        AddCameraRequest request = AddCameraRequest.newBuilder()
                .setCamera(Camera.newBuilder()
                        .setName(name)
                        .setService(service)
                        .setNode(node)
                        .setSource(source)
                        .setMaxFramesPerSecond(maxFramesPerSecond)
                        .setPatienceNanos(patience.toNanos())
                        .setInFlight(inFlight))
                .build();
        FeedsResponse kept;
        try (CoordinatorClient client = coordinator.connect()) {
            kept = client.call(control -> control.addCamera(request));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            Json.print(
                    out,
                    Json.object()
                            .put("camera", name)
                            .put("node", kept.getNode())
                            .put("version", kept.getVersion()));
        } else {
            out.println("camera " + name + " of " + service + " at " + kept.getNode());
            out.flush();
        }
        return ExitCode.OK;
    }
}
