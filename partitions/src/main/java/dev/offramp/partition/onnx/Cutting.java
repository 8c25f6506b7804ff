package dev.offramp.partition.onnx;

import dev.offramp.partition.ServiceId;
import dev.offramp.partition.artifact.Manifest;
import java.util.List;

/**
 * A network in partitions.
 *
 * @param files ONNX files in the order of {@code manifest.partitions()}; the receiver's to keep
 */
public record Cutting(Manifest manifest, List<byte[]> files) {
    public Cutting {
        files = List.copyOf(files);
    }

    /** The same under another name. */
    public Cutting named(ServiceId name) {
        Manifest renamed = new Manifest(
                name,
                manifest.source(),
                manifest.labels(),
                manifest.scores(),
                manifest.preprocessing(),
                manifest.partitions());
        return new Cutting(renamed, files);
    }
}
