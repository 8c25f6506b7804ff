package dev.offramp.agent.forward;

import static dev.offramp.partition.ActivationCodec.FP16;
import static dev.offramp.partition.ActivationCodec.FP32;
import static dev.offramp.partition.ActivationCodec.FP32_ZSTD;
import static dev.offramp.partition.ActivationCodec.INT8_CHANNEL;
import static dev.offramp.partition.ActivationCodec.INT8_CHANNEL_ZSTD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.forward.CodecCosts.Cost;
import dev.offramp.partition.ActivationCodec;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecRuleTest {
    private static final double MICRO = 1e3;
    private static final double MEGABIT = 1e6 / 8;
    /** As measured on the cut in the middle of an example network. */
    private static final Map<ActivationCodec, Cost> COSTS = Map.of(
            FP32, new Cost(32_768, 0, 0),
            FP32_ZSTD, new Cost(19_600, 170 * MICRO, 60 * MICRO),
            FP16, new Cost(16_384, 40 * MICRO, 30 * MICRO),
            INT8_CHANNEL, new Cost(8_356, 50 * MICRO, 30 * MICRO),
            INT8_CHANNEL_ZSTD, new Cost(5_800, 100 * MICRO, 50 * MICRO));

    private static CodecRule.Hop hop(double megabits, double serviceMicros) {
        return new CodecRule.Hop(new LinkSpeed(200_000, megabits * MEGABIT), serviceMicros * MICRO, false);
    }

    private static ActivationCodec choose(ActivationCodec current, CodecRule.Hop hop) {
        return CodecRule.choose(current, COSTS, hop);
    }

    @Test
    void whereTheLinkIsTheBottleneckTheFewestBytesWin() {
        assertThat(choose(FP32, hop(10, 2000))).isEqualTo(INT8_CHANNEL_ZSTD);
        assertThat(choose(FP32, hop(40, 2000))).isEqualTo(INT8_CHANNEL_ZSTD);
    }

    @Test
    void whereTheLinkIsFastActivationsGoAsTheyAre() {
        assertThat(choose(FP32, hop(1000, 2500))).isEqualTo(FP32);
        assertThat(choose(INT8_CHANNEL_ZSTD, hop(1000, 2500))).isEqualTo(FP32);
    }

    @Test
    void whereTheNodeIsTheBottleneckBytesDoNotCount() {
        assertThat(choose(FP32, hop(100, 200_000))).isEqualTo(FP32);
    }

    @Test
    void amongTheExactTheSmallerIsTakenOnASlowLink() {
        Map<ActivationCodec, Cost> exact = Map.of(FP32, costs(FP32), FP32_ZSTD, costs(FP32_ZSTD));

        assertThat(CodecRule.choose(FP32, exact, hop(10, 2000))).isEqualTo(FP32_ZSTD);
        assertThat(CodecRule.choose(FP32_ZSTD, exact, hop(2000, 2000))).isEqualTo(FP32);
    }

    private static Cost costs(ActivationCodec codec) {
        Cost cost = COSTS.get(codec);
        assertThat(cost).isNotNull();
        return cost;
    }

    @Test
    void anEncoderThatIsSlowerThanTheLinkIsNoHelp() {
        Map<ActivationCodec, Cost> costs = Map.of(FP32, costs(FP32), FP32_ZSTD, new Cost(10_000, 40_000 * MICRO, 0));

        assertThat(CodecRule.choose(FP32, costs, hop(10, 2000))).isEqualTo(FP32);
    }

    @Test
    void onOneCoreTheEncoderTakesItsTimeFromThePartition() {
        Map<ActivationCodec, Cost> costs = Map.of(FP32, costs(FP32), FP16, new Cost(16_384, 20_000 * MICRO, 0));
        LinkSpeed link = new LinkSpeed(0, 10 * MEGABIT);

        assertThat(CodecRule.choose(FP32, costs, new CodecRule.Hop(link, 20_000 * MICRO, true)))
                .isEqualTo(FP32);
        assertThat(CodecRule.choose(FP32, costs, new CodecRule.Hop(link, 20_000 * MICRO, false)))
                .isEqualTo(FP16);
    }

    /** The one in use stays until another is clearly better, whichever side the noise comes from. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noiseDoesNotMakeItChangeItsMind(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double megabits = Math.pow(10, 1 + 2 * random.nextDouble());
        ActivationCodec current = FP32;
        int changes = 0;
        for (int i = 0; i < 1000; i++) {
            double noise = 0.97 + 0.06 * random.nextDouble();
            ActivationCodec next = choose(current, hop(megabits * noise, 2000));
            changes += next == current ? 0 : 1;
            current = next;
        }
        assertThat(changes).as("seed %d, %.1f Mbit/s", seed, megabits).isLessThanOrEqualTo(2);
    }

    @Test
    void theFasterTheLinkTheMoreExactTheChoice() {
        ActivationCodec before = INT8_CHANNEL_ZSTD;
        for (double megabits = 5; megabits < 5000; megabits *= 1.2) {
            ActivationCodec now = choose(FP32, hop(megabits, 2000));
            assertThat(now.numbers()).as("%.0f Mbit/s", megabits).isLessThanOrEqualTo(before.numbers());
            before = now;
        }
        assertThat(before).isEqualTo(FP32);
    }

    @Test
    void whatIsNotKnownIsNotChosen() {
        Map<ActivationCodec, Cost> none = new EnumMap<>(ActivationCodec.class);
        assertThat(CodecRule.choose(FP16, none, hop(10, 1000))).isEqualTo(FP16);
        assertThat(CodecRule.choose(FP16, Map.of(FP32, costs(FP32)), hop(10, 1000)))
                .isEqualTo(FP32);
    }
}
