package dev.offramp.partition.onnx;

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
}
