package dev.offramp.coordinator.cli.bench.network;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.partition.onnx.Cutter;
import dev.offramp.partition.onnx.Cutting;
import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.partition.onnx.OnnxNetwork;
import dev.offramp.proto.ManifestFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds or makes the networks that benches run. Stateless. */
public final class BenchNetworks {
    private BenchNetworks() {}

    /** {@value ResNet50#NAME}, made here; an example network by its name; or any network by its file. */
    public static OnnxNetwork named(String name) throws CliException {
        try {
            if (name.equals(ResNet50.NAME)) {
                return ResNet50.network();
            }
            Path file = Path.of(name);
            Path example =
                    Path.of(System.getProperty("offramp.home", "."), "partitions", "models", name, name + ".onnx");
            return OnnxNetwork.read(Files.exists(example) ? example : file);
        } catch (IOException | OnnxException e) {
            throw new CliException(
                    ExitCode.ERROR,
                    "the network '%s' cannot be used: %s\nexpected %s, cifar10, roadside, or a file"
                            .formatted(name, e.getMessage(), ResNet50.NAME),
                    e);
        }
    }

    /** Cuts it in {@code parts} of about equal cost. */
    public static Cutting cut(OnnxNetwork network, int parts) throws CliException {
        try {
            return Cutter.cut(network, parts == 1 ? List.of() : Cutter.balanced(network, parts));
        } catch (OnnxException e) {
            throw new CliException(
                    ExitCode.ERROR, "%s cannot be cut in %d: %s".formatted(network.name(), parts, e.getMessage()), e);
        }
    }

    /** Writes the partitions and their manifest, as the agent's program reads them. */
    public static void write(Cutting cutting, Path directory) throws IOException {
        for (int i = 0; i < cutting.files().size(); i++) {
            Files.write(
                    directory.resolve(ManifestFile.partitionFile(i)),
                    cutting.files().get(i));
        }
        ManifestFile.write(directory, cutting.manifest());
    }
}
