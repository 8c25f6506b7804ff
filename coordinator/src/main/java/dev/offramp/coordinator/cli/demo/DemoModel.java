package dev.offramp.coordinator.cli.demo;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.partition.Cut;
import dev.offramp.partition.Partition;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.partition.onnx.Cutter;
import dev.offramp.partition.onnx.Cutting;
import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.partition.onnx.OnnxNetwork;
import dev.offramp.partition.profile.ExitProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The roadside network, cut, and what its exits are known to do. Immutable. */
record DemoModel(Cutting cutting, ExitProfile profile, byte[] profileBytes) {
    /** Reads it from {@code partitions/models/roadside} of the built tree. */
    static DemoModel read() throws CliException {
        Path folder = Path.of(System.getProperty("offramp.home", "."), "partitions", "models", "roadside");
        try {
            OnnxNetwork network = OnnxNetwork.read(folder.resolve("roadside.onnx"));
            Cutting cutting = Cutter.cut(network, afterExits(network));
            ExitProfile profile = ExitProfile.read(folder.resolve("profile.csv"));
            if (profile.exits() != cutting.manifest().exits()) {
                throw new CliException(
                        ExitCode.ERROR,
                        "%s: the network has %d exits, its profile %d"
                                .formatted(folder, cutting.manifest().exits(), profile.exits()));
            }
            return new DemoModel(cutting, profile, Files.readAllBytes(folder.resolve("profile.csv")));
        } catch (IOException | OnnxException e) {
            throw new CliException(
                    ExitCode.ERROR, "the demo's network in " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Cuts that spread the exits over the partitions, fewest first: most frames leave at the first exits, so the boards
     * behind them see few, and how few depends on the thresholds.
     */
    private static List<Cut> afterExits(OnnxNetwork network) throws OnnxException {
        List<Cut> cuts = new ArrayList<>();
        int exits = network.exits().size();
        for (int i = 1; i < DemoPlan.PARTITIONS; i++) {
            cuts.add(cutAfter(network, i * exits / DemoPlan.PARTITIONS));
        }
        return cuts;
    }

    private static Cut cutAfter(OnnxNetwork network, int exit) throws OnnxException {
        for (Cut cut : network.cuts()) {
            Partition before =
                    Cutter.cut(network, List.of(cut)).manifest().partitions().get(0);
            if (before.exits().size() == exit) {
                return cut;
            }
        }
        throw new IllegalStateException("the roadside network can be cut after every exit, but not after " + exit);
    }

    Manifest manifest() {
        return cutting.manifest();
    }

    int exits() {
        return profile.exits();
    }

    /** Exits of each partition, in order. */
    List<Integer> exitsByPartition() {
        return manifest().partitions().stream()
                .map(partition -> partition.exits().size())
                .toList();
    }

    /** {@code 1–2 | 3–4 | 5}. */
    String describeExits() {
        return manifest().partitions().stream()
                .map(partition -> partition.exits().stream()
                        .map(exit -> String.valueOf(exit.number()))
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining(" | "));
    }
}
