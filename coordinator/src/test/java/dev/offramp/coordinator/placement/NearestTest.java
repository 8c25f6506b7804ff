package dev.offramp.coordinator.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
    @Test
    void countsEdits() {
        assertThat(Nearest.distance("", "abc")).isEqualTo(3);
        assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Nearest.distance("same", "same")).isZero();
    }

    @Test
    void suggestsWhatIsNearAndNothingElse() {
        assertThat(Nearest.to("overflw", List.of("deadline", "overflow"))).contains("overflow");
        assertThat(Nearest.to("colour", List.of("deadline", "overflow"))).isEmpty();
    }
}
