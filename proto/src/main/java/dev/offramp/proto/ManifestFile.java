package dev.offramp.proto;

import dev.offramp.partition.artifact.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file {@code manifest.json} beside a model's partitions: the wire's Manifest in protobuf's JSON form. */
public final class ManifestFile {
    public static final String NAME = "manifest.json";

    private static final long MAX_BYTES = 1 << 20;

    private ManifestFile() {}

    public static void write(Path directory, Manifest manifest) throws IOException {
        Files.writeString(directory.resolve(NAME), toJson(manifest));
    }

    public static String toJson(Manifest manifest) {
        return Documents.print(Codec.write(manifest)) + "\n";
    }

    /** Reads {@code directory/manifest.json}; {@link java.nio.file.NoSuchFileException} where there is none. */
    public static Manifest read(Path directory) throws IOException, WireException {
        Path file = directory.resolve(NAME);
        long size = Files.size(file);
        if (size > MAX_BYTES) {
            throw new WireException("%s has %d bytes: expected at most %d".formatted(file, size, MAX_BYTES));
        }
        return fromJson(Files.readString(file));
    }

    public static Manifest fromJson(String json) throws WireException {
        var message = dev.offramp.proto.v1.Manifest.newBuilder();
        Documents.merge("manifest", json, message);
        return Codec.read(message.build());
    }

    /** Name of a partition's file beside the manifest. */
    public static String partitionFile(int index) {
        return "partition-" + index + ".onnx";
    }
}
