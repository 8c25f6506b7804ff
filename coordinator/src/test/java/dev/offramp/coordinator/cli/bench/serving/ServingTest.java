package dev.offramp.coordinator.cli.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.cli.bench.HttpLoad;
import dev.offramp.coordinator.cli.bench.serving.Serving.Side;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServingTest {
    @Test
    void theAgentIsComparedWithThePlainServer() {
        Serving serving =
                new Serving(new Side(90, 2e6, 4e6, 80, 5e6, 9e6, 0.5), new Side(100, 1e6, 2e6, 100, 5e6, 6e6, 0.4));
        StringWriter text = new StringWriter();
        serving.print(new PrintWriter(text));

        assertThat(text.toString())
                .containsPattern("frames/s, 4 cameras +90.000 +100.000 +0.900")
                .containsPattern("latency p50 ms, 1 camera +2.000 +1.000 +2.000")
                .containsPattern("overloaded: loss ratio +0.500 +0.400 +1.250");
        assertThat(serving.json().at("/ratios/perSecond").asDouble()).isEqualTo(0.9);
        assertThat(serving.json().at("/agent/p99Ms").asDouble()).isEqualTo(4);
    }

    @Test
    void theLossRatioIsOfAllThatCame() {
        HttpLoad.Sent sent = new HttpLoad.Sent(List.of(1L, 2L, 3L), 1, 2);

        assertThat(sent.lossRatio()).isEqualTo(0.25);
        assertThat(sent.completedPerSecond()).isEqualTo(1.5);
    }
}
