package dev.offramp.coordinator.cli.bench.links;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.coordinator.cli.OfframpProcess;
import dev.offramp.coordinator.cli.bench.NetworkNamespace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A chain of two agents in two network namespaces, as short as it can be: what travels, not how fast. */
@Tag("slow")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LinksEndToEndTest {
    private static final int ACTIVATION_BYTES = 128 << 10;

    @TempDir
    private Path directory;

    @Test
    void activationsTravelInTheCodecOfTheirService() throws Exception {
        assumeTrue(NetworkNamespace.isPossible(), "network namespaces need root, ip, tc, unshare and nsenter");
        Path errors = directory.resolve("errors");
        Process bench = new ProcessBuilder(OfframpProcess.command(
                        directory,
                        "bench",
                        "links",
                        "--megabits=100",
                        "--cut=/stem/relu/Relu_output_0",
                        "--codecs=fp32,int8+zstd,auto",
                        "--seconds=0.5",
                        "--alone=3",
                        "-o",
                        "json"))
                .redirectError(errors.toFile())
                .start();
        String out = new String(bench.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bench.waitFor()).as(Files.readString(errors)).isZero();

        JsonNode link = new ObjectMapper().readTree(out).at("/links/0");
        assertThat(link.get("activationBytes").asInt()).isEqualTo(ACTIVATION_BYTES);
        JsonNode plain = link.at("/codecs/0");
        assertThat(plain.get("bytesPerJob").asDouble()).isEqualTo(ACTIVATION_BYTES);
        assertThat(plain.get("transfers").properties()).hasSize(1);
        JsonNode small = link.at("/codecs/1");
        assertThat(small.get("bytesPerJob").asDouble()).isBetween(1.0, ACTIVATION_BYTES / 4.0);
        assertThat(small.at("/transfers/int8+zstd").asInt()).isPositive();
        assertThat(link.get("codecs")).allSatisfy(codec -> {
            assertThat(codec.get("framesPerSecond").asDouble()).isPositive();
            assertThat(codec.get("latencyP50Ms").asDouble()).isPositive();
        });
        assertThat(link.has("images")).isFalse();
        assertThat(Files.readString(errors)).contains("accuracy is not measured");
    }
}
