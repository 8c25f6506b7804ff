package dev.offramp.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "250ms, 250000000",
        "5s, 5000000000",
        "2m, 120000000000",
        "1h, 3600000000000",
        "7us, 7000",
        "1.5s, 1500000000",
        "12.345678ms, 12345678",
        "0.001us, 1"
    })
    void readsDurations(String text, long nanos) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofNanos(nanos));
        assertThat(Durations.parse(Durations.format(Durations.parse(text)))).isEqualTo(Duration.ofNanos(nanos));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5 s", "-1s", "1d", "1.s", ".5s", "0.0001us", "999999999h"})
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
