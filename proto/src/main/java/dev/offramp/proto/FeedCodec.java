package dev.offramp.proto;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.feed.Camera;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.partition.feed.CameraLimits;
import dev.offramp.partition.feed.FeedUrl;
import dev.offramp.partition.feed.Feeds;
import dev.offramp.partition.feed.Receiver;
import dev.offramp.partition.feed.ReceiverId;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/** Cameras and receivers between the vocabulary and the wire; refuses what the vocabulary refuses. Stateless. */
public final class FeedCodec {
    private FeedCodec() {}

    public static dev.offramp.proto.v1.Camera write(Camera camera) {
        double cap = camera.limits().maxFramesPerSecond();
        return dev.offramp.proto.v1.Camera.newBuilder()
                .setName(camera.id().value())
                .setService(camera.service().value())
                .setNode(camera.node().value())
                .setSource(camera.source().text())
                .setMaxFramesPerSecond(Double.isInfinite(cap) ? 0 : cap)
                .setPatienceNanos(camera.limits().patience().toNanos())
                .setInFlight(camera.limits().inFlight())
                .build();
    }

    public static Camera read(dev.offramp.proto.v1.Camera message) throws WireException {
        try {
            return new Camera(
                    new CameraId(message.getName()),
                    new ServiceId(message.getService()),
                    new NodeId(message.getNode()),
                    new FeedUrl(message.getSource()),
                    limits(message));
        } catch (IllegalArgumentException e) {
            throw new WireException("malformed camera", e);
        }
    }

    /** Zero stands for the usual; throws IllegalArgumentException on what is out of range. */
    private static CameraLimits limits(dev.offramp.proto.v1.Camera message) {
        CameraLimits usual = CameraLimits.usual();
        double cap = message.getMaxFramesPerSecond();
        return new CameraLimits(
                cap == 0 ? usual.maxFramesPerSecond() : cap,
                message.getPatienceNanos() == 0 ? usual.patience() : Duration.ofNanos(message.getPatienceNanos()),
                message.getInFlight() == 0 ? usual.inFlight() : message.getInFlight());
    }

    public static dev.offramp.proto.v1.Receiver write(Receiver receiver) {
        return dev.offramp.proto.v1.Receiver.newBuilder()
                .setName(receiver.id().value())
                .setService(receiver.service().value())
                .setTarget(receiver.target().text())
                .setSecret(receiver.secret())
                .build();
    }

    public static Receiver read(dev.offramp.proto.v1.Receiver message) throws WireException {
        try {
            return new Receiver(
                    new ReceiverId(message.getName()),
                    new ServiceId(message.getService()),
                    new FeedUrl(message.getTarget()),
                    message.getSecret());
        } catch (IllegalArgumentException e) {
            throw new WireException("malformed receiver", e);
        }
    }

    public static dev.offramp.proto.v1.Feeds write(Feeds feeds) {
        var message = dev.offramp.proto.v1.Feeds.newBuilder().setVersion(feeds.version());
        feeds.cameras().values().forEach(camera -> message.addCameras(write(camera)));
        feeds.receivers().values().forEach(receiver -> message.addReceivers(write(receiver)));
        return message.build();
    }

    public static Feeds read(dev.offramp.proto.v1.Feeds message) throws WireException {
        SortedMap<CameraId, Camera> cameras = new TreeMap<>();
        for (var camera : message.getCamerasList()) {
            Camera read = read(camera);
            cameras.put(read.id(), read);
        }
        SortedMap<ReceiverId, Receiver> receivers = new TreeMap<>();
        for (var receiver : message.getReceiversList()) {
            Receiver read = read(receiver);
            receivers.put(read.id(), read);
        }
        try {
            return new Feeds(message.getVersion(), cameras, receivers);
        } catch (IllegalArgumentException e) {
            throw new WireException("malformed feeds", e);
        }
    }
}
