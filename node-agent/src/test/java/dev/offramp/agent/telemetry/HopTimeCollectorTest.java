package dev.offramp.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.core.CoreSnapshot;
import dev.offramp.agent.core.HopPart;
import dev.offramp.agent.core.LatencyHistogram;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.job.LossReason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HopTimeCollectorTest {
    private static CoreSnapshot snapshot() {
        long[] counts = new long[LatencyHistogram.BUCKETS];
        counts[10 * 16 + 3] = 4; // above 1024 us
        counts[11 * 16] = 2; // from 2048 us on
        CoreSnapshot.Hop hop = new CoreSnapshot.Hop(
                new ChainId(new ServiceId("roadside"), "a"),
                1,
                6,
                0,
                6,
                Map.of(),
                0,
                6,
                0,
                0,
                Map.of(HopPart.QUEUE, new CoreSnapshot.Times(counts, 10e6)));
        return new CoreSnapshot(
                0,
                0,
                0,
                1,
                Map.of(),
                0,
                0,
                0,
                false,
                List.of(hop),
                List.of(),
                List.of(),
                List.of(new CoreSnapshot.PriorityClass(2, 3, 40, Map.of(LossReason.QUEUE_FULL, 5L))));
    }

    @Test
    void aScrapeHasAHistogramOfEveryPart() {
        AgentMetrics metrics = new AgentMetrics();
        metrics.update(snapshot());

        assertThat(metrics.scrape())
                .contains("# TYPE offramp_hop_time_seconds histogram")
                .contains(
                        "offramp_hop_time_seconds_bucket{chain=\"roadside/a\",hop=\"1\",part=\"queue\",le=\"0.001024\"} 0")
                .contains(
                        "offramp_hop_time_seconds_bucket{chain=\"roadside/a\",hop=\"1\",part=\"queue\",le=\"0.002048\"} 4")
                .contains("offramp_hop_time_seconds_count{chain=\"roadside/a\",hop=\"1\",part=\"queue\"} 6")
                .contains("offramp_hop_time_seconds_sum{chain=\"roadside/a\",hop=\"1\",part=\"queue\"} 0.01");
    }

    @Test
    void prioritiesAreTold() {
        AgentMetrics metrics = new AgentMetrics();
        metrics.update(snapshot());

        assertThat(metrics.scrape())
                .contains("offramp_priority_jobs{priority=\"2\"} 3")
                .contains("offramp_priority_received_total{priority=\"2\"} 40")
                .contains("offramp_priority_lost_total{priority=\"2\",reason=\"queue_full\"} 5");
    }
}
