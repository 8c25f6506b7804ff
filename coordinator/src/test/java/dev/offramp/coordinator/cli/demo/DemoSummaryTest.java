package dev.offramp.coordinator.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.top.Paint;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitProfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DemoSummaryTest {
    private static final Fate.Latency LATENCY = new Fate.Latency(30_000_000, 10_000_000, 18_000_000, 2_000_000);

    private final Tally tally = new Tally(2);

    @Test
    void comparesEveryExitWithTheProfileUnderItsOwnThresholds() {
        // Under version 1 (0.5) exit 1 is right in 1 of 2 samples; under version 2 (0.8) in 1 of 1, exit 2 in 1 of 1.
        complete(1, 1, true);
        complete(1, 1, false);
        complete(2, 1, true);
        complete(2, 2, true);

        DemoSummary summary = summary(Optional.empty());

        assertThat(summary.expectedAccuracy().orElseThrow()).isCloseTo((0.5 + 0.5 + 1 + 1) / 4, within(1e-9));
        assertThat(summary.accuracy().orElseThrow()).isCloseTo(0.75, within(1e-9));
        assertThat(summary.accuracyDifferencePoints().orElseThrow()).isCloseTo(0, within(1e-9));
    }

    @Test
    void whatTheCoordinatorMakesOfAPolicyHasItsThresholds() {
        complete(2, 1, true);
        complete(5, 1, true);

        DemoSummary summary = summary(Optional.empty());

        assertThat(summary.totalUnder(2).completed()).isEqualTo(2);
        assertThat(summary.versionsUnder(2)).containsExactly(2L, 5L);
        assertThat(summary.expectedAccuracy().orElseThrow()).isCloseTo(1, within(1e-9));
    }

    @Test
    void theIngressKnowsWhatWasAccepted() {
        complete(1, 1, true);
        Ledger ledger = new Ledger(3, sorted(Map.of(1, 1L)), sorted(Map.of("expired", 1L)), 0, 0);

        DemoSummary summary = summary(Optional.of(ledger));

        assertThat(summary.accepted()).isEqualTo(3);
        assertThat(summary.residual()).isEqualTo(1);
        assertThat(summary.conserved()).isFalse();
        assertThat(summary.disagreement()).isEqualTo(2);
    }

    @Test
    void withoutIngressTheCameraTells() {
        complete(1, 1, true);
        lose(1, "node_lost");

        DemoSummary summary = summary(Optional.empty());

        assertThat(summary.accepted()).isEqualTo(2);
        assertThat(summary.lost()).containsEntry("node_lost", 1L);
        assertThat(summary.conserved()).isTrue();
    }

    @Test
    void printsWithinAHundredColumns() {
        complete(1, 1, true);
        lose(2, "queue_full");
        DemoSummary summary = summary(Optional.empty());

        assertThat(new SummaryText(new Paint(false)).lines(summary))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @Test
    void jsonHasEveryFigure() {
        complete(1, 1, true);
        lose(2, "queue_full");
        ObjectNode json = SummaryJson.of(summary(Optional.empty()));

        assertThat(json.get("accepted").asLong()).isEqualTo(2);
        assertThat(json.at("/lostByReason/queue_full").asLong()).isEqualTo(1);
        assertThat(json.at("/exits/0/completed").asLong()).isEqualTo(1);
        assertThat(json.at("/exits/0/accuracy").asDouble()).isEqualTo(1);
        assertThat(json.at("/latencyMillis/queueing/p50").asDouble()).isCloseTo(10, within(0.5));
        assertThat(json.at("/policies/1/version").asLong()).isEqualTo(2);
        assertThat(json.at("/policies/1/lost").asLong()).isEqualTo(1);
        assertThat(json.at("/conservationResidual").asLong()).isZero();
    }

    private void complete(long version, int exit, boolean correct) {
        tally.send();
        tally.record(new Fate.Completed(new Fate.Orders(version, "a"), exit, correct, LATENCY));
    }

    private void lose(long version, String reason) {
        tally.send();
        tally.record(new Fate.Lost(new Fate.Orders(version, "a"), reason, "opi-1"));
    }

    private DemoSummary summary(Optional<Ledger> ledger) {
        ExitProfile profile = ExitProfile.of(
                new int[] {0, 1}, new short[][] {{0, 0}, {0, 1}}, new float[][] {{0.9f, 0.6f}, {0.9f, 0.9f}});
        Thresholds low = Thresholds.uniform(2, 0.5f);
        Thresholds high = Thresholds.uniform(2, 0.8f);
        SortedMap<String, List<String>> chains = new TreeMap<>(Map.of("a", List.of("rpi-1", "opi-1", "rpi-3")));
        return new DemoSummary(
                new DemoSummary.Setting(
                        "roadside",
                        1,
                        60,
                        100,
                        80,
                        new TreeMap<>(Map.of("rpi-1", "Raspberry Pi 3 Model A+ (emulated)")),
                        new TreeMap<>(Map.of("rpi-1", 6.0)),
                        chains),
                2,
                tally.totals(),
                ledger,
                new TreeMap<>(),
                List.of(
                        new PolicyUse(1, "first half", low, 0, OptionalDouble.of(5)),
                        new PolicyUse(2, "second half", high, 30, OptionalDouble.empty())),
                new Expectation(profile, Map.of(1L, low, 2L, high)),
                List.of());
    }

    private static <K extends Comparable<K>> SortedMap<K, Long> sorted(Map<K, Long> map) {
        return new TreeMap<>(map);
    }
}
