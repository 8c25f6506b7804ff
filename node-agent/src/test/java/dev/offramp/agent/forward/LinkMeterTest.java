package dev.offramp.agent.forward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinkMeterTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;

    private final LinkMeter meter = new LinkMeter();

    private void measure(long at, long bytes, long roundTrip, long gap) {
        long first = meter.begin(bytes, at).orElseThrow();
        meter.returned(first, at + roundTrip);
        meter.returned(first + 1, at + roundTrip + gap);
    }

    @Test
    void knowsNothingAtFirst() {
        assertThat(meter.speed()).isEmpty();
    }

    @Test
    void measuresOneTransferASecond() {
        assertThat(meter.begin(1000, 0)).isPresent();
        assertThat(meter.begin(1000, SECOND - 1)).isEmpty();
        assertThat(meter.begin(1000, SECOND)).isPresent();
    }

    @Test
    void theShortestRoundTripCountsAndAllTheBytes() {
        measure(0, 100_000, 9 * MILLI, 6 * MILLI);
        measure(SECOND, 300_000, 4 * MILLI, 14 * MILLI);

        assertThat(meter.speed()).contains(new LinkSpeed(4 * MILLI, 20e6));
    }

    @Test
    void whatIsLongPastIsForgotten() {
        measure(0, 1_000_000, MILLI, MILLI);
        for (int i = 1; i <= 16; i++) {
            measure(i * SECOND, 1000, 5 * MILLI, MILLI);
        }

        assertThat(meter.speed()).contains(new LinkSpeed(5 * MILLI, 1e6));
    }

    @Test
    void marksOfAStreamThatEndedAreNotMissed() {
        long lost = meter.begin(1000, 0).orElseThrow();
        measure(SECOND, 2000, 3 * MILLI, MILLI);
        meter.returned(lost, 2 * SECOND);
        meter.returned(lost + 1, 3 * SECOND);

        assertThat(meter.speed()).contains(new LinkSpeed(3 * MILLI, 2e6));
    }

    @Test
    void nothingThatANeighbourMakesUpCounts() {
        meter.returned(0, SECOND);
        meter.returned(7, SECOND);
        long first = meter.begin(1000, SECOND).orElseThrow();
        meter.returned(first + 1, 2 * SECOND);
        assertThat(meter.speed()).isEmpty();

        meter.returned(first, 2 * SECOND);
        meter.returned(first + 1, 3 * SECOND);
        meter.returned(first + 1, 9 * SECOND);
        assertThat(meter.speed()).contains(new LinkSpeed(SECOND, 1000));
    }
}
