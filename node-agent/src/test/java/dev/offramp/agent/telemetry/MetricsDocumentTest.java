package dev.offramp.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetricsDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/metrics.md");
    private static final Path DASHBOARD = Path.of("../ansible/roles/observability/files/offramp.json");

    private static String row(Metric metric) {
        return "| `%s` | %s | %s | %s |"
                .formatted(
                        metric.title(),
                        metric.kind().name().toLowerCase(Locale.ROOT),
                        String.join(", ", metric.tags()),
                        metric.help());
    }

    @Test
    void theTableIsWhatTheAgentExports() throws IOException {
        List<String> rows = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("| `offramp_"))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(Metric.values())
                        .map(MetricsDocumentTest::row)
                        .toList());
    }

    @Test
    void countersEndInTotalAndUnitsAreBaseUnits() {
        for (Metric metric : Metric.values()) {
            assertThat(metric.title()).matches("offramp_[a-z_]+");
            assertThat(metric.title().endsWith("_total"))
                    .as(metric.title())
                    .isEqualTo(metric.kind() == Metric.Kind.COUNTER);
            assertThat(metric.title()).doesNotContain("_ms").doesNotContain("_nanos");
        }
    }

    @Test
    void theDashboardAsksForMetricsThatExist() throws IOException {
        List<String> exported =
                Arrays.stream(Metric.values()).map(Metric::title).toList();

        assertThat(Pattern.compile("offramp_[a-z_]+")
                        .matcher(Files.readString(DASHBOARD))
                        .results())
                .extracting(match -> match.group().replaceFirst("_bucket$", ""))
                .isNotEmpty()
                .isSubsetOf(exported);
    }
}
