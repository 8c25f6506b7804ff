package dev.offramp.coordinator.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.partition.profile.ExitMix;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapacityTest {
    private static final ExitMix HALF = ExitMix.of(new long[] {50, 30, 20}, new long[3]);

    @Test
    void earlierExitsUnloadLaterHops() {
        List<Capacity.Station> chain =
                List.of(new Capacity.Station("first", 0.010, 1), new Capacity.Station("last", 0.030, 2));

        Capacity.Limit limit = Capacity.of(List.of(chain), HALF);

        assertThat(limit.node()).isEqualTo("last");
        assertThat(limit.framesPerSecond()).isCloseTo(1 / 0.015, within(1e-9));
        assertThat(limit.loads().get("first")).isCloseTo(0.010, within(1e-12));
    }

    @Test
    void chainsShareWhatTheyHaveInCommon() {
        List<Capacity.Station> a =
                List.of(new Capacity.Station("a", 0.010, 1), new Capacity.Station("common", 0.020, 2));
        List<Capacity.Station> b =
                List.of(new Capacity.Station("b", 0.010, 1), new Capacity.Station("common", 0.020, 2));

        Capacity.Limit limit = Capacity.of(List.of(a, b), HALF);

        assertThat(limit.loads().get("a")).isCloseTo(0.005, within(1e-12));
        assertThat(limit.loads().get("common")).isCloseTo(0.010, within(1e-12));
        assertThat(limit.framesPerSecond()).isCloseTo(100, within(1e-9));
    }

    @Test
    void readsRatesInFramesAndInMultiples() {
        assertThat(Rate.parse("40").framesPerSecond(100)).isEqualTo(40);
        assertThat(Rate.parse("1.5x").framesPerSecond(100)).isEqualTo(150);
        assertThatThrownBy(() -> Rate.parse("fast")).hasMessageContaining("expected frames a second");
        assertThatThrownBy(() -> Rate.parse("0")).hasMessageContaining("above 0");
    }
}
