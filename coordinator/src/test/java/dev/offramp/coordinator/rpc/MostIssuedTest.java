package dev.offramp.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MostIssuedTest {
    private static final Instant NOW = Instant.parse("2031-05-06T07:08:09Z");

    @Test
    void growsByOneAMillisecond() {
        assertThat(MostIssued.by(NOW.plusSeconds(60)) - MostIssued.by(NOW)).isEqualTo(60_000);
    }

    @Test
    void aClockThatWasNeverSetRefusesNoHonestNode() {
        long placementsOfTenYears = Duration.ofDays(3650).toMinutes();

        assertThat(MostIssued.by(Instant.EPOCH)).isGreaterThan(placementsOfTenYears);
    }

    @Test
    void isExactWhereNumbersAreDoubles() {
        Instant farOff = NOW.plus(Duration.ofDays(365L * 10_000));

        assertThat(MostIssued.by(farOff)).isLessThan(1L << 53);
    }
}
