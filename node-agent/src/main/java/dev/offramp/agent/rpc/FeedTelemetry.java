package dev.offramp.agent.rpc;

import dev.offramp.agent.ingress.camera.CameraStatus;
import dev.offramp.agent.receiver.ReceiverStatus;
import dev.offramp.proto.v1.CameraTelemetry;
import dev.offramp.proto.v1.ReceiverTelemetry;
import java.util.List;

/** How cameras and receivers do, on the wire. Stateless. */
final class FeedTelemetry {
    private FeedTelemetry() {}

    static List<CameraTelemetry> cameras(List<CameraStatus> cameras) {
        return cameras.stream().map(FeedTelemetry::write).toList();
    }

    private static CameraTelemetry write(CameraStatus camera) {
        return CameraTelemetry.newBuilder()
                .setName(camera.id().value())
                .setState(camera.state())
                .setUp(camera.up())
                .setFramesPerSecond(camera.framesPerSecond())
                .setServedPerSecond(camera.servedPerSecond())
                .setFrames(camera.frames())
                .setServed(camera.served())
                .putAllSkipped(camera.skipped())
                .setReconnects(camera.reconnects())
                .setProblem(camera.problem())
                .build();
    }

    static List<ReceiverTelemetry> receivers(List<ReceiverStatus> receivers) {
        return receivers.stream().map(FeedTelemetry::write).toList();
    }

    private static ReceiverTelemetry write(ReceiverStatus receiver) {
        return ReceiverTelemetry.newBuilder()
                .setName(receiver.id().value())
                .setUp(receiver.up())
                .setSent(receiver.sent())
                .putAllDropped(receiver.dropped())
                .setProblem(receiver.problem())
                .build();
    }
}
