package dev.offramp.coordinator.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.coordinator.cli.OfframpProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Benches in real processes, as short as they can be: that they work, not what they measure. */
@Tag("slow")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class BenchEndToEndTest {
    @TempDir
    private Path directory;

    private JsonNode run(String... arguments) throws Exception {
        Path errors = directory.resolve("errors");
        Process bench = new ProcessBuilder(OfframpProcess.command(directory, arguments))
                .redirectError(errors.toFile())
                .start();
        String out = new String(bench.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bench.waitFor()).as(Files.readString(errors)).isZero();
        return new ObjectMapper().readTree(out);
    }

    @Test
    void everyHopIsMeasured() throws Exception {
        JsonNode hops = run("bench", "hop", "--hops=2", "--sizes=4KiB,100KiB", "--messages=20", "-o", "json");

        assertThat(hops.get("sizes")).hasSize(2);
        for (JsonNode size : hops.get("sizes")) {
            assertThat(size.get("chains")).hasSize(2).allSatisfy(chain -> {
                assertThat(chain.get("hopP50Ms").asDouble()).isPositive();
                assertThat(chain.get("perSecond").asDouble()).isPositive();
            });
            assertThat(size.get("streams")).hasSize(2).allSatisfy(stream -> assertThat(
                            stream.get("hopP50Ms").asDouble())
                    .isPositive());
            assertThat(size.at("/tcp/hopP50Ms").asDouble()).isPositive();
        }
    }

    @Test
    void everyHopIsMeasuredOverShapedLinks() throws Exception {
        assumeTrue(NetworkNamespace.isPossible(), "needs root, unshare, nsenter, ip and tc");

        JsonNode hops =
                run("bench", "hop", "--hops=1", "--sizes=4KiB", "--messages=20", "--link=940mbit", "-o", "json");

        assertThat(hops.at("/sizes/0/chains/0/hopP50Ms").asDouble()).isPositive();
    }

    @Test
    void marshallingIsMeasuredBesideProtobufs() throws Exception {
        JsonNode lines =
                run("bench", "marshal", "--sizes=4KiB,784KiB", "-o", "json").get("lines");

        assertThat(lines).hasSize(4);
        // Of the larger size: what is written, and what is read to where a partition reads it.
        for (int line = 2; line < 4; line++) {
            assertThat(lines.get(line).at("/ours/allocatedBytes").asLong()).isLessThan(784 << 10);
        }
        assertThat(lines.get(3).at("/protobuf/allocatedBytes").asLong()).isGreaterThan(784 << 10);
    }

    @Test
    void everyWayToCallTheRuntimeIsMeasured() throws Exception {
        JsonNode inferences = run("bench", "inference", "--network=roadside", "--parts=2", "--millis=20", "-o", "json");

        assertThat(inferences.get("partitions")).hasSize(2);
        for (JsonNode partition : inferences.get("partitions")) {
            assertThat(partition.get("ways")).hasSize(4);
            assertThat(partition.get("settings")).hasSameSizeAs(inferences.get("rssBytes"));
        }
        assertThat(inferences.get("rssBytes"))
                .allSatisfy(bytes -> assertThat(bytes.asLong()).isPositive());
    }

    @Test
    void everyChainIsMeasured() throws Exception {
        JsonNode chains =
                run("bench", "chain", "--network=roadside", "--agents=1,2", "--rounds=1", "--seconds=1", "-o", "json");

        assertThat(chains.get("chains")).hasSize(2).allSatisfy(chain -> {
            assertThat(chain.get("throughputRatio").asDouble()).isPositive();
            assertThat(chain.get("latencyRatio").asDouble()).isPositive();
            assertThat(chain.at("/uncut/p50Ms").asDouble()).isPositive();
        });
    }

    @Test
    void agentsUnderOverloadAreComparedWithTheory() throws Exception {
        JsonNode overload = run(
                "bench",
                "overload",
                "--loads=1.5",
                "--capacities=2,2-2",
                "--service-time=4ms",
                "--each=1s",
                "-o",
                "json");

        assertThat(overload.get("rows")).hasSize(6).allSatisfy(row -> {
            assertThat(row.get("jobs").asLong()).isPositive();
            assertThat(row.get("expected").asDouble()).isBetween(0.0, 1.0);
        });
        assertThat(overload.at("/kept/exponential/meanServiceMs").asDouble()).isPositive();
    }

    @Test
    void theAgeOfResultsIsMeasured() throws Exception {
        JsonNode freshness = run("bench", "freshness", "--service-time=4ms", "--each=1s", "-o", "json");

        assertThat(freshness.get("rows")).hasSize(6).allSatisfy(row -> {
            assertThat(row.get("frames").asLong()).isPositive();
            assertThat(row.get("queueFull").asLong() + row.get("expired").asLong())
                    .isLessThanOrEqualTo(row.get("frames").asLong());
        });
    }

    @Test
    void theAgentAndThePlainServerAreMeasured() throws Exception {
        JsonNode serving = run("bench", "serving", "--network=roadside", "--rounds=1", "--seconds=1", "-o", "json");

        for (String side : new String[] {"agent", "plain"}) {
            assertThat(serving.get(side).get("perSecond").asDouble()).isPositive();
            assertThat(serving.get(side).get("p99Ms").asDouble()).isPositive();
            assertThat(serving.get(side).get("lossRatio").asDouble()).isBetween(0.0, 1.0);
        }
    }

    @Test
    void theFootprintIsMeasured() throws Exception {
        JsonNode footprint =
                run("bench", "footprint", "--frames=20", "--swaps=0", "--starts=1", "--limit=none", "-o", "json");

        assertThat(footprint.at("/idle/rssBytes").asLong()).isPositive();
        assertThat(footprint.at("/loaded/rssBytes").asLong()).isPositive();
        assertThat(footprint.at("/load/completed").asLong()).isPositive();
        assertThat(footprint.at("/start/firstInferenceMs").asDouble()).isPositive();
        assertThat(footprint.has("swaps")).isFalse();
    }
}
