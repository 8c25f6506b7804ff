package dev.offramp.coordinator.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.proto.v1.HopTelemetry;
import dev.offramp.proto.v1.LossCount;
import dev.offramp.proto.v1.LossReason;
import dev.offramp.proto.v1.Node;
import dev.offramp.proto.v1.Telemetry;
import java.util.List;
import org.junit.jupiter.api.Test;

class HopCounterTest {
    private static HopCounter hop(long received, long gone, long forwarded) {
        return new HopCounter(received, gone, forwarded, 0, 0, 0, 0);
    }

    @Test
    void jobsAreThroughWhenEveryHopHasHadWhatTheOneBeforeSentOn() {
        assertThat(HopCounter.areThrough(List.of(hop(10, 10, 7), hop(7, 7, 0)), 10))
                .isTrue();
        assertThat(HopCounter.areThrough(List.of(hop(10, 10, 7), hop(6, 6, 0)), 10))
                .isFalse();
        assertThat(HopCounter.areThrough(List.of(hop(10, 9, 7), hop(7, 7, 0)), 10))
                .isFalse();
        assertThat(HopCounter.areThrough(List.of(hop(9, 9, 7), hop(7, 7, 0)), 10))
                .isFalse();
    }

    @Test
    void readsTheServiceAskedFor() {
        HopTelemetry hop = HopTelemetry.newBuilder()
                .setService("fresh")
                .setReceived(9)
                .setForwarded(3)
                .setCompletedHere(4)
                .addLostHere(
                        LossCount.newBuilder().setReason(LossReason.EXPIRED).setJobs(2))
                .setServed(8)
                .setServiceNanosSum(80)
                .setServiceNanosSquareSum(800)
                .build();
        Node node = Node.newBuilder()
                .setTelemetry(Telemetry.newBuilder().addHops(hop))
                .build();

        assertThat(HopCounter.of(node, "fresh")).isEqualTo(new HopCounter(9, 9, 3, 4, 8, 80, 800));
        assertThat(HopCounter.of(node, "stale")).isEqualTo(new HopCounter(0, 0, 0, 0, 0, 0, 0));
        assertThat(HopCounter.of(node, "fresh").since(new HopCounter(4, 4, 1, 2, 3, 30, 300)))
                .isEqualTo(new HopCounter(5, 5, 2, 2, 5, 50, 500));
    }
}
