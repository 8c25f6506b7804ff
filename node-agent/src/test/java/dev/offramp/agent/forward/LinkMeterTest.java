package dev.offramp.agent.forward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinkMeterTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;

    private final LinkMeter meter = new LinkMeter();

    private void measure(long at, long bytes, long roundTrip, long gap) {
        long mark = meter.begin(bytes, at);
        meter.returned(mark - 1, at + roundTrip);
        meter.returned(mark, at + roundTrip + gap);
    }

    @Test
    void knowsNothingAtFirst() {
        assertThat(meter.speed()).isEmpty();
    }

    @Test
    void measuresFourTransfersASecond() {
        measure(0, 1000, MILLI, MILLI);
        assertThat(meter.isDue(SECOND / 4 - 1)).isFalse();
        assertThat(meter.begin(1000, SECOND / 4 - 1)).isZero();
        assertThat(meter.isDue(SECOND / 4)).isTrue();
        assertThat(meter.begin(1000, SECOND / 4)).isPositive();
    }

    @Test
    void waitsForTheMarksOfTheLastTransferOnASlowLink() {
        long mark = meter.begin(1_000_000, 0);
        assertThat(meter.begin(1000, 3 * SECOND)).isZero();
        meter.returned(mark - 1, 4 * SECOND);
        meter.returned(mark, 5 * SECOND);

        assertThat(meter.speed()).contains(new LinkSpeed(4 * SECOND, 1e6));
        assertThat(meter.begin(1_000_000, 5 * SECOND)).isPositive();
    }

    @Test
    void smallTransfersAreNotMeasuredBesideLargeOnes() {
        measure(0, 100_000, MILLI, MILLI);
        assertThat(meter.begin(49_999, SECOND)).isZero();
        measure(SECOND, 50_000, MILLI, MILLI);
        assertThat(meter.begin(1000, 10 * SECOND)).isZero();

        assertThat(meter.begin(1000, 11 * SECOND)).isPositive();
    }

    @Test
    void marksThatNeverComeBackAreGivenUp() {
        assertThat(meter.begin(1000, 0)).isPositive();
        assertThat(meter.begin(1000, 10 * SECOND - 1)).isZero();
        assertThat(meter.begin(1000, 10 * SECOND)).isPositive();
    }

    @Test
    void theShortestRoundTripAndTheMedianBandwidthCount() {
        measure(0, 100_000, 9 * MILLI, 5 * MILLI);
        measure(SECOND, 100_000, 4 * MILLI, 900 * MILLI);
        measure(2 * SECOND, 300_000, 7 * MILLI, 10 * MILLI);

        assertThat(meter.speed()).contains(new LinkSpeed(4 * MILLI, 20e6));
    }

    @Test
    void whatIsLongPastIsForgotten() {
        measure(0, 1000, MILLI, MILLI);
        for (int i = 1; i <= 16; i++) {
            measure(i * SECOND, 2000, 5 * MILLI, MILLI);
        }

        assertThat(meter.speed()).contains(new LinkSpeed(5 * MILLI, 2e6));
    }

    @Test
    void tellsHowLongBytesAreUnderWay() {
        assertThat(new LinkSpeed(4 * MILLI, 1e6).oneWayNanos(5000)).isEqualTo(7 * MILLI);
    }

    @Test
    void marksOfAStreamThatEndedAreNotMissed() {
        long lost = meter.begin(1000, 0);
        meter.streamEnded();
        measure(SECOND, 2000, 3 * MILLI, MILLI);
        meter.returned(lost - 1, 2 * SECOND);
        meter.returned(lost, 3 * SECOND);

        assertThat(meter.speed()).contains(new LinkSpeed(3 * MILLI, 2e6));
    }

    @Test
    void nothingThatANeighbourMakesUpCounts() {
        meter.returned(0, SECOND);
        meter.returned(7, SECOND);
        long mark = meter.begin(1000, SECOND);
        meter.returned(mark, 2 * SECOND);
        assertThat(meter.speed()).isEmpty();

        meter.returned(mark - 1, 2 * SECOND);
        meter.returned(mark, 3 * SECOND);
        meter.returned(mark, 9 * SECOND);
        assertThat(meter.speed()).contains(new LinkSpeed(SECOND, 1000));
    }
}
