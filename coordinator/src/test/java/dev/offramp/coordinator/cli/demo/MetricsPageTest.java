package dev.offramp.coordinator.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.coordinator.cli.process.MetricsPage;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
    private static final String PAGE = """
            # HELP offramp_frames_accepted_total Frames that became jobs.
            # TYPE offramp_frames_accepted_total counter
            offramp_frames_accepted_total{service="roadside"} 12.0
            offramp_jobs_completed_total{exit="1",service="roadside"} 4.0
            offramp_jobs_completed_total{exit="2",service="roadside"} 5.0
            offramp_jobs_lost_total{reason="queue_full",service="roadside"} 2.0
            offramp_jobs_lost_total{reason="expired",service="roadside"} 0.0
            offramp_jobs_in_flight{service="roadside"} 1.0
            offramp_conservation_residual 0.0
            offramp_hop_served_total{chain="roadside/a",hop="0"} 10.0
            offramp_hop_service_seconds_total{chain="roadside/a",hop="0"} 0.065
            """;

    @Test
    void readsTheIngressLedger() {
        Ledger ledger = Ledger.of(MetricsPage.parse(PAGE));

        assertThat(ledger.accepted()).isEqualTo(12);
        assertThat(ledger.completed()).isEqualTo(Map.of(1, 4L, 2, 5L));
        assertThat(ledger.lost()).isEqualTo(Map.of("queue_full", 2L));
        assertThat(ledger.inFlight()).isEqualTo(1);
        assertThat(ledger.residual()).isZero();
    }

    @Test
    void readsServiceTimesOfHops() {
        ServiceTimes times = ServiceTimes.of(Map.of("rpi-1", MetricsPage.parse(PAGE)));

        assertThat(times.millisByNode().get("rpi-1")).isCloseTo(6.5, within(1e-9));
        assertThat(times.millisByNode().get("rpi-2"))
                .as("nothing served: like the same hop of the other chain")
                .isCloseTo(6.5, within(1e-9));
        assertThat(times.millisByNode().get("opi-1")).isZero();
    }

    @Test
    void passesOverWhatIsNoSample() {
        assertThat(MetricsPage.parse("# HELP x y\n\nnonsense\nx{a=\"b\\\"c\"} NaN\n")
                        .sum("y"))
                .isZero();
    }
}
