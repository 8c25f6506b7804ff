package dev.offramp.agent;

import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Partition;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Scores;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.partition.artifact.Preprocessing;
import dev.offramp.partition.policy.ChainMix;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.Thresholds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A network of three convolutions with an exit after each, and its three partitions, among the test resources. */
public final class TinyNetwork {
    public static final ServiceId SERVICE = new ServiceId("tiny");
    public static final ChainId CHAIN = new ChainId(SERVICE, "a");
    public static final List<String> LABELS = List.of("car", "bus", "bicycle");
    public static final Preprocessing PREPROCESSING =
            new Preprocessing(8, 8, Preprocessing.Color.RGB, List.of(0.5f, 0.5f, 0.5f), List.of(0.25f, 0.25f, 0.25f));
    public static final Path DIRECTORY = Path.of("src/test/resources/tiny");

    private TinyNetwork() {}

    private static TensorSpec spec(String name, long... shape) {
        List<Long> dimensions = new ArrayList<>(List.of(TensorSpec.BATCH));
        for (long dimension : shape) {
            dimensions.add(dimension);
        }
        return new TensorSpec(name, ElementType.FLOAT32, dimensions);
    }

    public static Path source() {
        return DIRECTORY.resolve("tiny.onnx");
    }

    public static byte[] file(int index) throws IOException {
        return Files.readAllBytes(DIRECTORY.resolve("partition-" + index + ".onnx"));
    }

    public static List<Partition> partitions() throws IOException {
        TensorSpec[] edges = {spec("image", 3, 8, 8), spec("block1", 4, 4, 4), spec("block2", 8, 2, 2)};
        List<Partition> partitions = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            byte[] bytes = file(i);
            partitions.add(new Partition(
                    i,
                    Digest.of(bytes),
                    bytes.length,
                    edges[i],
                    i < 2 ? Optional.of(edges[i + 1]) : Optional.empty(),
                    List.of(new Exit(i + 1, "exit" + (i + 1)))));
        }
        return partitions;
    }

    public static Manifest manifest() throws IOException {
        return new Manifest(
                SERVICE, Digest.of(Files.readAllBytes(source())), LABELS, Scores.LOGITS, PREPROCESSING, partitions());
    }

    /** Partition {@code i} on the {@code i}-th node; frames come in at the first. */
    public static Service service(Overflow overflow, Duration deadline, NodeId... nodes) throws IOException {
        List<Hop> hops = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            hops.add(new Hop(nodes[i], partitions().get(i)));
        }
        return new Service(
                SERVICE,
                LABELS,
                PREPROCESSING,
                Scores.LOGITS,
                overflow,
                deadline,
                List.of(nodes[0]),
                List.of(new Chain(CHAIN, hops)));
    }

    public static Placement placement(long epoch, Service service, Map<NodeId, String> addresses) {
        return new Placement(epoch, List.of(service), addresses);
    }

    public static Policy policy(long version, float... thresholds) {
        return Policy.of(SERVICE, version, ChainMix.of(Map.of(CHAIN, 1.0)), Map.of(CHAIN, Thresholds.of(thresholds)));
    }
}
