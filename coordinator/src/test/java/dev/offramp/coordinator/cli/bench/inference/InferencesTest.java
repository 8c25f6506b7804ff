package dev.offramp.coordinator.cli.bench.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InferencesTest {
    private static final String MEASURED = """
            {"partitions": [{"index": 0, "inputBytes": 12288, "outputBytes": 65536,
              "ways": [{"name": "session", "runs": 100, "p50Micros": 200.0, "p99Micros": 300.0},
                       {"name": "DJL predictor", "runs": 90, "p50Micros": 250.0, "p99Micros": 450.0}],
              "settings": [{"name": "as agents run", "runs": 100, "p50Micros": 200.0, "p99Micros": 300.0},
                           {"name": "arena", "runs": 100, "p50Micros": 190.0, "p99Micros": 270.0}]}]}
            """;

    private static Inferences measured() throws Exception {
        return Inferences.of(
                new ObjectMapper().readTree(MEASURED), Map.of("as agents run", 50L << 20, "arena", 60L << 20));
    }

    @Test
    void everyWayIsComparedWithTheBareSessionAndEverySettingWithTheAgents() throws Exception {
        JsonNode json = measured().json();

        assertThat(json.at("/partitions/0/ways/1/p50Ratio").asDouble()).isEqualTo(1.25);
        assertThat(json.at("/partitions/0/ways/1/p99Ratio").asDouble()).isEqualTo(1.5);
        assertThat(json.at("/partitions/0/settings/1/p50Ratio").asDouble()).isEqualTo(0.95);
        assertThat(json.at("/rssBytes/arena").asLong()).isEqualTo(60L << 20);
    }

    @Test
    void theTablesSayTheSame() throws Exception {
        StringWriter text = new StringWriter();
        measured().print(new PrintWriter(text));

        assertThat(text.toString())
                .containsPattern("0 +12 +64 +DJL predictor +250.0 +450.0 +1.250 +1.500")
                .containsPattern("0 +arena +190.0 +270.0 +0.950 +0.900 +60.0");
    }
}
