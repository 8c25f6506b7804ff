package dev.offramp.partition.feed;

import dev.offramp.partition.NodeId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** All cameras and receivers, or those of one node; numbered by version. Immutable. */
public record Feeds(long version, SortedMap<CameraId, Camera> cameras, SortedMap<ReceiverId, Receiver> receivers) {
    public Feeds {
        if (version < 0) {
            throw new IllegalArgumentException("feeds of version %d: expected 0 or more".formatted(version));
        }
        cameras = Collections.unmodifiableSortedMap(new TreeMap<>(cameras));
        receivers = Collections.unmodifiableSortedMap(new TreeMap<>(receivers));
    }

    public static Feeds none() {
        return new Feeds(0, new TreeMap<>(), new TreeMap<>());
    }

    public Feeds withVersion(long newVersion) {
        return new Feeds(newVersion, cameras, receivers);
    }

    /** The next version, with this camera. */
    public Feeds with(Camera camera) {
        SortedMap<CameraId, Camera> changed = new TreeMap<>(cameras);
        changed.put(camera.id(), camera);
        return new Feeds(version + 1, changed, receivers);
    }

    /** The next version, without it. */
    public Feeds without(CameraId camera) {
        SortedMap<CameraId, Camera> changed = new TreeMap<>(cameras);
        changed.remove(camera);
        return new Feeds(version + 1, changed, receivers);
    }

    /** The next version, with this receiver. */
    public Feeds with(Receiver receiver) {
        SortedMap<ReceiverId, Receiver> changed = new TreeMap<>(receivers);
        changed.put(receiver.id(), receiver);
        return new Feeds(version + 1, cameras, changed);
    }

    /** The next version, without it. */
    public Feeds without(ReceiverId receiver) {
        SortedMap<ReceiverId, Receiver> changed = new TreeMap<>(receivers);
        changed.remove(receiver);
        return new Feeds(version + 1, cameras, changed);
    }

    /** What concerns one node: its cameras, and all receivers. */
    public Feeds of(NodeId node) {
        SortedMap<CameraId, Camera> own = new TreeMap<>(cameras);
        own.values().removeIf(camera -> !camera.node().equals(node));
        return new Feeds(version, own, receivers);
    }
}
