package dev.offramp.agent.ingress.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On virtual time. */
class RatesTest {
    private static final double NANOS = 1e9;

    @ParameterizedTest
    @CsvSource({"30, 20, 20", "30, 15, 15", "30, 7, 7", "10, 20, 10", "25, Infinity, 25", "1, 0.25, 0.25"})
    void letsTheCapThroughOrWhatComes(double coming, double cap, double passing) {
        RateCap rateCap = new RateCap(cap);
        int passed = 0;
        int frames = (int) (400 * coming);
        for (int i = 0; i < frames; i++) {
            passed += rateCap.passes((long) (i * NANOS / coming)) ? 1 : 0;
        }

        assertThat(passed / 400.0).isCloseTo(passing, within(0.02));
    }

    @Test
    void neverLetsABurstThrough() {
        RateCap rateCap = new RateCap(10);
        SplittableRandom random = new SplittableRandom(5);
        long now = 0;
        int passed = 0;
        for (int i = 0; i < 10_000; i++) {
            now += random.nextInt(50_000_000);
            passed += rateCap.passes(now) ? 1 : 0;
            assertThat(passed).isLessThanOrEqualTo((int) (now / NANOS * 10) + 2);
        }
    }

    @Test
    void afterALongSilenceOneFrameIsMadeUpFor() {
        RateCap rateCap = new RateCap(10);
        rateCap.passes(0);
        long later = (long) (100 * NANOS);

        assertThat(rateCap.passes(later)).isTrue();
        assertThat(rateCap.passes(later + 1)).isTrue();
        assertThat(rateCap.passes(later + 2)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1", "10", "60"})
    void measuresASteadyRateSoonAndLate(double rate) {
        RateMeter meter = new RateMeter(0);
        for (int i = 1; i <= 60 * rate; i++) {
            long now = (long) (i * NANOS / rate);
            meter.record(now);
            if (i > 2 * rate) {
                assertThat(meter.perSecond(now)).isCloseTo(rate, within(0.6 + rate * 0.15));
            }
        }
        assertThat(meter.perSecond((long) (120 * NANOS))).isLessThan(0.01 * rate);
    }

    @Test
    void measuresNothingBeforeTheFirstInstantHasPassed() {
        assertThat(new RateMeter(5).perSecond(5)).isZero();
    }
}
