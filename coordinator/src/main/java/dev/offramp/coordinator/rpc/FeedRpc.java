package dev.offramp.coordinator.rpc;

import dev.offramp.coordinator.cluster.NodeState;
import dev.offramp.coordinator.control.ClusterView;
import dev.offramp.coordinator.control.FeedsChange;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Service;
import dev.offramp.partition.feed.Camera;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.partition.feed.Receiver;
import dev.offramp.partition.feed.ReceiverId;
import dev.offramp.proto.FeedCodec;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.CameraStatus;
import dev.offramp.proto.v1.ListCamerasResponse;
import dev.offramp.proto.v1.ListReceiversResponse;
import dev.offramp.proto.v1.ReceiverStatus;
import dev.offramp.proto.v1.Telemetry;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Cameras and receivers between operators and the control state machine. Stateless. */
final class FeedRpc {
    private FeedRpc() {}

    static FeedsChange.AddCamera addition(dev.offramp.proto.v1.Camera message) throws WireException {
        Optional<NodeId> node = message.getNode().isEmpty()
                ? Optional.empty()
                : Optional.of(reading(() -> new NodeId(message.getNode())));
        // Which node it is does not matter to whether the rest is well-formed.
        Camera camera = FeedCodec.read(
                node.isPresent() ? message : message.toBuilder().setNode("any").build());
        return new FeedsChange.AddCamera(camera.id(), camera.service(), node, camera.source(), camera.limits());
    }

    static FeedsChange removal(dev.offramp.proto.v1.RemoveCameraRequest message) throws WireException {
        return new FeedsChange.RemoveCamera(reading(() -> new CameraId(message.getName())));
    }

    static FeedsChange removal(dev.offramp.proto.v1.RemoveReceiverRequest message) throws WireException {
        return new FeedsChange.RemoveReceiver(reading(() -> new ReceiverId(message.getName())));
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read();
    }

    private static <T> T reading(Reading<T> body) throws WireException {
        try {
            return body.read();
        } catch (IllegalArgumentException e) {
            throw new WireException(String.valueOf(e.getMessage()));
        }
    }

    /** @param telemetry a node's last report */
    static ListCamerasResponse cameras(ClusterView view, Function<NodeId, Telemetry> telemetry) {
        var message = ListCamerasResponse.newBuilder();
        for (Camera camera : view.durable().feeds().cameras().values()) {
            ClusterView.NodeView node = view.nodes().get(camera.node());
            var status = CameraStatus.newBuilder()
                    .setCamera(FeedCodec.write(camera).toBuilder()
                            .setSource(camera.source().masked()))
                    .setNodeUp(node != null && node.member().state() == NodeState.UP);
            telemetry.apply(camera.node()).getCamerasList().stream()
                    .filter(one -> one.getName().equals(camera.id().value()))
                    .findFirst()
                    .ifPresent(status::setTelemetry);
            message.addCameras(status);
        }
        return message.build();
    }

    /** @param telemetry a node's last report */
    static ListReceiversResponse receivers(ClusterView view, Function<NodeId, Telemetry> telemetry) {
        var message = ListReceiversResponse.newBuilder();
        for (Receiver receiver : view.durable().feeds().receivers().values()) {
            var status = ReceiverStatus.newBuilder()
                    .setReceiver(FeedCodec.write(receiver).toBuilder()
                            .setTarget(receiver.target().masked())
                            .clearSecret());
            List<NodeId> ingress = view.durable()
                    .active()
                    .service(receiver.service())
                    .map(Service::ingress)
                    .orElse(List.of());
            for (NodeId node : ingress) {
                telemetry.apply(node).getReceiversList().stream()
                        .filter(one -> one.getName().equals(receiver.id().value()))
                        .findFirst()
                        .ifPresent(one -> status.putTelemetry(node.value(), one));
            }
            message.addReceivers(status);
        }
        return message.build();
    }
}
