package dev.offramp.coordinator.cli.bench.links;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.coordinator.cli.AgentDistribution;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What codecs change in the answers of a network cut in two, in percentage points of the final exit's accuracy. Immutable.
 *
 * @param images that it was measured with
 * @param exact share of them that the final exit gets right
 * @param points by codec
 */
record Accuracy(int images, double exact, Map<String, Double> points) {
    private static final String EXACT = "fp32";

    Accuracy {
        points = Map.copyOf(points);
    }

    /** Asks the agent's program, which has the inference engine. */
    static Map<String, Accuracy> measure(Path model, Path images, List<String> cuts)
            throws CliException, IOException, InterruptedException {
        Process process = new ProcessBuilder(AgentDistribution.locate()
                        .command(List.of(
                                "profile-codecs",
                                model.toString(),
                                images.toString(),
                                "--cut=" + String.join(",", cuts),
                                "--output=json")))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new CliException(
                        ExitCode.ERROR, "accuracy cannot be measured with %s: see above".formatted(images));
            }
            Map<String, Accuracy> found = new HashMap<>();
            new ObjectMapper()
                    .readTree(said)
                    .get("cuts")
                    .forEach(cut -> found.put(cut.get("cut").asText(), read(cut)));
            return found;
        } finally {
            process.destroy();
        }
    }

    private static Accuracy read(JsonNode cut) {
        Map<String, Double> points = new HashMap<>();
        double exact = 0;
        for (JsonNode codec : cut.get("codecs")) {
            points.put(codec.get("codec").asText(), codec.get("points").asDouble());
            if (codec.get("codec").asText().equals(EXACT)) {
                JsonNode accuracy = codec.get("accuracy");
                exact = accuracy.get(accuracy.size() - 1).asDouble();
            }
        }
        return new Accuracy(cut.get("images").asInt(), exact, points);
    }

    /** Of a mix of codecs: as much as each has of the transfers. */
    double points(Map<String, Long> transfers) {
        long all = transfers.values().stream().mapToLong(Long::longValue).sum();
        return transfers.entrySet().stream()
                .mapToDouble(one -> points.getOrDefault(one.getKey(), 0.0) * one.getValue() / Math.max(1, all))
                .sum();
    }
}
