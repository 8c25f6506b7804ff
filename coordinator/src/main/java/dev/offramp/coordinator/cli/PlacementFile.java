package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.offramp.coordinator.placement.Nearest;
import dev.offramp.partition.CodecChoice;
import dev.offramp.proto.Enums;
import dev.offramp.proto.v1.ApplyPlacementRequest;
import dev.offramp.proto.v1.ChainRequest;
import dev.offramp.proto.v1.Optimisation;
import dev.offramp.proto.v1.Overflow;
import dev.offramp.proto.v1.ServiceRequest;
import dev.offramp.time.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** The file that {@code placement apply} reads: its form only; whether it fits the cluster the coordinator says. */
final class PlacementFile {
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Map<String, Overflow> OVERFLOWS = new TreeMap<>(
            Map.of("drop-new", Overflow.DROP_NEW, "drop-oldest", Overflow.DROP_OLDEST, "block", Overflow.BLOCK));

    private static final Map<String, Optimisation> OPTIMISATIONS =
            new TreeMap<>(Map.of("extended", Optimisation.EXTENDED, "all", Optimisation.ALL));

    private final YamlReader yaml = new YamlReader();

    private PlacementFile() {}

    /** Reads the file, or standard input for {@code -}. */
    static ApplyPlacementRequest read(Path file) throws CliException {
        return parse(file.toString(), YamlFile.text(file));
    }

    static ApplyPlacementRequest parse(String name, String text) throws CliException {
        PlacementFile file = new PlacementFile();
        ApplyPlacementRequest request = file.placement(YamlFile.tree(name, text));
        file.yaml.check(name, "placement");
        return request;
    }

    private ApplyPlacementRequest placement(JsonNode root) {
        var request = ApplyPlacementRequest.newBuilder();
        if (yaml.mapping("the file", root, Set.of("services"))) {
            List<JsonNode> services = yaml.list("the file", root, "services");
            for (int i = 0; i < services.size(); i++) {
                request.addServices(service("services[" + i + "]", services.get(i)));
            }
        }
        return request.build();
    }

    private ServiceRequest service(String path, JsonNode node) {
        var request = ServiceRequest.newBuilder();
        Set<String> keys =
                Set.of("id", "model", "overflow", "optimisation", "priority", "deadline", "ingress", "chains", "codec");
        if (!yaml.mapping(path, node, keys)) {
            return request.build();
        }
        request.setId(yaml.text(path, node, "id"))
                .setModel(yaml.text(path, node, "model"))
                .setOverflow(yaml.value(path, node, "overflow", Overflow.DROP_NEW, choice(OVERFLOWS)))
                .setOptimisation(yaml.value(path, node, "optimisation", Optimisation.EXTENDED, choice(OPTIMISATIONS)))
                .setPriority(yaml.value(path, node, "priority", 0, Integer::parseInt))
                .setDeadlineNanos(yaml.value(path, node, "deadline", DEADLINE, Durations::parse)
                        .toNanos())
                .addAllIngress(yaml.texts(path, node, "ingress"))
                .addAllCodecs(yaml.value(path, node, "codec", CodecChoice.EXACT, CodecChoice::parse).allowed().stream()
                        .map(Enums::write)
                        .toList());
        List<JsonNode> chains = yaml.list(path, node, "chains");
        for (int i = 0; i < chains.size(); i++) {
            request.addChains(chain(path + ".chains[" + i + "]", chains.get(i)));
        }
        return request.build();
    }

    private ChainRequest chain(String path, JsonNode node) {
        var request = ChainRequest.newBuilder();
        if (yaml.mapping(path, node, Set.of("name", "nodes", "model"))) {
            request.setName(yaml.text(path, node, "name")).addAllNodes(yaml.texts(path, node, "nodes"));
            if (node.has("model")) {
                request.setModel(yaml.text(path, node, "model"));
            }
        }
        return request.build();
    }

    private static <T> Function<String, T> choice(Map<String, T> values) {
        return text -> {
            T value = values.get(text);
            if (value == null) {
                throw new IllegalArgumentException("'%s'%s".formatted(text, Nearest.hint(text, values.keySet())));
            }
            return value;
        };
    }
}
