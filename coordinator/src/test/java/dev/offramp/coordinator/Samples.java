package dev.offramp.coordinator;

import dev.offramp.coordinator.cluster.NodeRegistration;
import dev.offramp.coordinator.placement.PlacementRequest;
import dev.offramp.coordinator.placement.PlacementRequest.ChainRequest;
import dev.offramp.coordinator.placement.PlacementRequest.ServiceRequest;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.Exit;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Partition;
import dev.offramp.partition.Scores;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.partition.artifact.Preprocessing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Models, nodes and requests that tests are about. */
public final class Samples {
    private Samples() {}

    /** The bytes of a partition's file; any bytes will do for the coordinator. */
    public static byte[] file(String model, int index) {
        return ("partition " + index + " of " + model).getBytes(StandardCharsets.UTF_8);
    }

    /** A model with one exit per partition. */
    public static Manifest model(String name, int partitions) {
        List<Partition> all = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            byte[] file = file(name, i);
            all.add(new Partition(
                    i,
                    Digest.of(file),
                    file.length,
                    edge(i),
                    i == partitions - 1 ? Optional.empty() : Optional.of(edge(i + 1)),
                    List.of(new Exit(i + 1, "exit" + (i + 1)))));
        }
        return new Manifest(
                new ServiceId(name),
                Digest.of(name.getBytes(StandardCharsets.UTF_8)),
                List.of("cat", "dog"),
                Scores.LOGITS,
                new Preprocessing(8, 8, Preprocessing.Color.GRAY, List.of(0f), List.of(1f)),
                all);
    }

    private static TensorSpec edge(int index) {
        return new TensorSpec("edge" + index, ElementType.FLOAT32, List.of(TensorSpec.BATCH, 4L + index));
    }

    public static Map<ServiceId, Manifest> models(Manifest... models) {
        Map<ServiceId, Manifest> all = new TreeMap<>();
        Arrays.stream(models).forEach(model -> all.put(model.model(), model));
        return all;
    }

    public static NodeRegistration node(String name, long incarnation) {
        return node(name, incarnation, NodeRegistration.Seen.NOTHING);
    }

    public static NodeRegistration node(String name, long incarnation, NodeRegistration.Seen seen) {
        return node(name, incarnation, "127.0.0.1:" + (1000 + Math.abs(name.hashCode() % 1000)), seen);
    }

    public static NodeRegistration node(String name, long incarnation, String dataAddress, NodeRegistration.Seen seen) {
        return new NodeRegistration(
                new NodeId(name),
                incarnation,
                dataAddress,
                "127.0.0.1:80",
                new NodeRegistration.Board("test board", true, 1L << 30),
                new NodeRegistration.Capacity(8, 1L << 20),
                seen,
                "test");
    }

    /** Service {@code roadside} of model {@code roadside} with ingress {@code n1}. */
    public static PlacementRequest placement(ChainRequest... chains) {
        return new PlacementRequest(List.of(new ServiceRequest(
                "roadside", "roadside", Overflow.DROP_NEW, Duration.ofSeconds(2), List.of("n1"), List.of(chains))));
    }

    public static ChainRequest chain(String name, String... nodes) {
        return new ChainRequest(name, List.of(nodes), Optional.empty());
    }
}
