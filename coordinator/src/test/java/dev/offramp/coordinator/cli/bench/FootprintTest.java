package dev.offramp.coordinator.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.coordinator.cli.bench.Footprint.Start;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FootprintTest {
    private static final ProcessSize SIZE = new ProcessSize(100 << 20, 70 << 20);
    private static final Frames.Sent SENT = new Frames.Sent(50, 49, 123);

    private static Footprint footprint(Optional<Footprint.Swaps> swaps, Optional<Footprint.Limited> limited) {
        List<Start> starts = List.of(new Start(5, 90_000_000), new Start(1, 70_000_000), new Start(9, 80_000_000));
        return new Footprint(SIZE, SIZE, SENT, true, starts, swaps, limited);
    }

    private static String text(Footprint footprint) {
        StringWriter text = new StringWriter();
        footprint.print(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void readsWhatLinuxSaysOfAProcess() throws IOException {
        ProcessSize size = ProcessSize.parse(List.of(
                "55f0-7ffd ---p 00000000 00:00 0  [rollup]",
                "Rss:              131072 kB",
                "Pss:               98304 kB",
                "Pss_Anon:          61440 kB"));
        assertThat(size).isEqualTo(new ProcessSize(128 << 20, 96 << 20));
    }

    @Test
    void refusesWhatSaysNothing() {
        assertThatThrownBy(() -> ProcessSize.parse(List.of("Rss: 1 kB"))).hasMessageContaining("Pss:");
    }

    @Test
    void takesTheStartInTheMiddle() {
        assertThat(footprint(Optional.empty(), Optional.empty()).medianStart()).isEqualTo(new Start(9, 80_000_000));
    }

    @Test
    void leavesOutWhatWasNotMeasured() {
        Footprint footprint = footprint(Optional.empty(), Optional.empty());
        assertThat(text(footprint)).doesNotContain("swaps").doesNotContain("limited");
        assertThat(footprint.json().has("swaps")).isFalse();
        assertThat(footprint.json().has("limited")).isFalse();
    }

    @Test
    void saysTheSameInBothForms() {
        Footprint footprint = footprint(
                Optional.of(new Footprint.Swaps(1000, SIZE, SIZE)),
                Optional.of(new Footprint.Limited(256 << 20, SENT, 80 << 20, 0)));
        assertThat(text(footprint))
                .contains("after 1000 partition swaps")
                .contains("80 ms to the first inference")
                .contains("49 of 50 frames")
                .contains("0 killed");
        assertThat(footprint.json().at("/swaps/count").asInt()).isEqualTo(1000);
        assertThat(footprint.json().at("/start/firstInferenceMs").asDouble()).isEqualTo(80);
        assertThat(footprint.json().at("/load/completed").asInt()).isEqualTo(49);
        assertThat(footprint.json().at("/limited/kills").asInt()).isZero();
    }
}
