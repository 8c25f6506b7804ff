package dev.offramp.partition.feed;

import dev.offramp.partition.Names;

/** Name of a camera, unique in the cluster. */
public record CameraId(String value) implements Comparable<CameraId> {
    public CameraId {
        Names.check("camera", value);
    }

    @Override
    public int compareTo(CameraId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
