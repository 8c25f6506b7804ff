package dev.offramp.agent.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.board.BoardCondition;
import dev.offramp.agent.board.PowerProblem;
import dev.offramp.agent.core.CoreSnapshot;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.job.Verdict;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.proto.v1.BoardTelemetry;
import dev.offramp.proto.v1.JobRow;
import dev.offramp.proto.v1.ShadowRow;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TelemetryCodecTest {
    private static final ServiceId SERVICE = new ServiceId("roadside");
    private static final ChainId CHAIN = new ChainId(SERVICE, "a");

    private static CoreSnapshot snapshot(CoreSnapshot.ShadowRow... latest) {
        CoreSnapshot.Ingress ingress = new CoreSnapshot.Ingress(
                SERVICE,
                9,
                0,
                List.of(),
                Map.of(),
                new long[0],
                0,
                0,
                0,
                Map.of(),
                new long[0],
                new CoreSnapshot.Shadows(5, 1, List.of(latest)),
                List.of(new CoreSnapshot.JobRow(
                        8, CHAIN, Thresholds.of(0.6f, 0f), List.of(new Verdict(1, 0.75f)), 2_000_000)));
        return new CoreSnapshot(
                0, 0, 0, 1, Map.of(), 0, 0, 0, false, List.of(), List.of(ingress), List.of(), List.of());
    }

    private static CoreSnapshot.ShadowRow row(long number) {
        return new CoreSnapshot.ShadowRow(
                number, CHAIN, 3, List.of(new Verdict(1, 0.5f), new Verdict(2, 0.75f)), OptionalInt.of(2));
    }

    @Test
    void everyRowOfAShadowJobIsToldOnce() {
        CoreSnapshot snapshot = snapshot(row(4), row(5));

        assertThat(TelemetryCodec.shadowRows(snapshot, service -> 0))
                .extracting(ShadowRow::getNumber)
                .containsExactly(4L, 5L);
        ShadowRow last = TelemetryCodec.shadowRows(snapshot, service -> 4).getFirst();
        assertThat(last.getService()).isEqualTo("roadside");
        assertThat(last.getChain()).isEqualTo("a");
        assertThat(last.getExits(1).getLabel()).isEqualTo(2);
        assertThat(last.getExits(1).getConfidence()).isEqualTo(0.75f);
        assertThat(last.getTruth()).isEqualTo(2);
        assertThat(last.getEpoch()).isEqualTo(3);
        assertThat(TelemetryCodec.shadowRows(snapshot, service -> 5)).isEmpty();
    }

    @Test
    void everyOtherJobIsToldOnceWithWhatItWasTold() {
        assertThat(TelemetryCodec.jobRows(snapshot(), service -> 7))
                .containsExactly(JobRow.newBuilder()
                        .setService("roadside")
                        .setChain("a")
                        .setNumber(8)
                        .addAllThresholds(List.of(0.6f, 0f))
                        .addConfidences(0.75f)
                        .setLatencyNanos(2_000_000)
                        .build());
        assertThat(TelemetryCodec.jobRows(snapshot(), service -> 8)).isEmpty();
    }

    @Test
    void whatTheBoardDoesNotSayIsNotReported() {
        BoardTelemetry silent = TelemetryCodec.write(
                new BoardCondition(OptionalDouble.empty(), Set.of(), Set.of(), OptionalLong.empty(), Optional.empty()),
                1_800_000_000_000L);
        BoardTelemetry hot = TelemetryCodec.write(
                new BoardCondition(
                        OptionalDouble.of(82.5),
                        EnumSet.of(PowerProblem.THROTTLED),
                        EnumSet.allOf(PowerProblem.class),
                        OptionalLong.of(1 << 20),
                        Optional.of(true)),
                0);

        assertThat(silent)
                .isEqualTo(BoardTelemetry.newBuilder()
                        .setWallClockMillis(1_800_000_000_000L)
                        .build());
        assertThat(hot.getProblemsNowList()).containsExactly(dev.offramp.proto.v1.PowerProblem.THROTTLED);
        assertThat(hot.getProblemsSinceBootList()).hasSize(PowerProblem.values().length);
        assertThat(hot.getTemperatureCelsius()).isEqualTo(82.5);
        assertThat(hot.getAvailableMemoryBytes()).isEqualTo(1 << 20);
        assertThat(hot.getStorageReadOnly()).isTrue();
    }

    @Test
    void shadowJobsAreCountedApart() {
        var ingress = TelemetryCodec.write(snapshot(), Map.of(), Map.of(), 0, 0).getIngress(0);

        assertThat(ingress.getShadowCompleted()).isEqualTo(5);
        assertThat(ingress.getShadowLost()).isEqualTo(1);
    }
}
