package dev.offramp.coordinator.cli.bench.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.cli.bench.OpenLoop;
import dev.offramp.proto.v1.Completed;
import dev.offramp.proto.v1.LossReason;
import dev.offramp.proto.v1.Lost;
import dev.offramp.proto.v1.Outcome;
import dev.offramp.proto.v1.Overflow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreshnessTest {
    private static final long MILLI = 1_000_000;
    private static final Mode DROP_NEW = new Mode(Overflow.DROP_NEW, Duration.ofSeconds(5));

    private static OpenLoop.Fate fate(long dueMilli, long ageMilli, Outcome.Builder outcome) {
        return new OpenLoop.Fate(dueMilli * MILLI, dueMilli * MILLI, (dueMilli + ageMilli) * MILLI, outcome.build());
    }

    private static Outcome.Builder lost(LossReason reason) {
        return Outcome.newBuilder().setLost(Lost.newBuilder().setReason(reason));
    }

    private static Outcome.Builder completed() {
        return Outcome.newBuilder().setCompleted(Completed.getDefaultInstance());
    }

    @Test
    void onlyResultsHaveAnAge() {
        List<OpenLoop.Fate> fates = new ArrayList<>();
        fates.add(fate(0, 999, completed()));
        for (int i = 1; i <= 100; i++) {
            fates.add(fate(10L * i, i, completed()));
        }
        fates.add(fate(1010, 500, lost(LossReason.QUEUE_FULL)));
        fates.add(fate(1010, 500, lost(LossReason.EXPIRED)));

        Freshness.Row row = Freshness.Row.of(DROP_NEW, fates, 1, 0.25);

        assertThat(row.frames()).isEqualTo(102);
        assertThat(row.p50Nanos()).isEqualTo(51 * MILLI);
        assertThat(row.p99Nanos()).isEqualTo(100 * MILLI);
        assertThat(row.full()).isEqualTo(1);
        assertThat(row.expired()).isEqualTo(1);
        assertThat(row.completedPerSecond()).isEqualTo(100);
    }

    @Test
    void modesAreComparedWithTheFirst() {
        Mode other = new Mode(Overflow.DROP_OLDEST, Duration.ofMillis(40));
        Freshness freshness = new Freshness(
                2,
                List.of(
                        new Freshness.Row(DROP_NEW, 200, 100, 0, 100, 0, 80 * MILLI, 100 * MILLI),
                        new Freshness.Row(other, 200, 80, 20, 90, 0.1, 40 * MILLI, 25 * MILLI)));
        StringWriter text = new StringWriter();
        freshness.print(new PrintWriter(text));

        assertThat(text.toString())
                .containsPattern("drop-oldest +40ms +200 +40.0 +10.0 +90.0 +10.0 +40.0 +25.0 +0.50 +0.25");
        assertThat(freshness.json().at("/rows/1/p50OfFirst").asDouble()).isEqualTo(0.5);
        assertThat(freshness.json().at("/rows/1/overflow").asText()).isEqualTo("drop-oldest");
    }

    @Test
    void everyModeIsMeasuredWithoutAndWithADeadline() {
        assertThat(FreshnessCommand.Wanted.modes(Duration.ofMillis(40)).stream().map(Mode::name))
                .containsExactly("drop-new", "drop-oldest", "block", "drop-new", "drop-oldest", "block");
    }
}
