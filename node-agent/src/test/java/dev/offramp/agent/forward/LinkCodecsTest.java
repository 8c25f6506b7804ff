package dev.offramp.agent.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.CodecChoice;
import dev.offramp.partition.ServiceId;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The choice over time, with codecs that cost what the test says. */
class LinkCodecsTest {
    private static final LinkCodecs.Edge EDGE = new LinkCodecs.Edge(new ChainId(new ServiceId("road"), "a"), 1);
    private static final int BYTES = 100_000;
    private static final long SERVICE_NANOS = 5_000_000;
    private static final long FRAME_NANOS = 20_000_000;
    private static final LinkSpeed SLOW = new LinkSpeed(1_000_000, 1.25e6);
    private static final LinkSpeed FAST = new LinkSpeed(100_000, 1.25e9);

    private final LinkCodecs codecs = new LinkCodecs(EnumSet.allOf(ActivationCodec.class), false);
    private final Map<ActivationCodec, Integer> trials = new EnumMap<>(ActivationCodec.class);
    private final Map<ActivationCodec, Integer> used = new EnumMap<>(ActivationCodec.class);
    private long now;
    private int measuredAsTheyAre;

    @BeforeEach
    void theNeighbourKnowsAllCodecs() {
        codecs.neighbourDecodes(EnumSet.allOf(ActivationCodec.class));
    }

    private static long wireBytes(ActivationCodec codec) {
        long plain =
                switch (codec.numbers()) {
                    case AS_THEY_ARE -> BYTES;
                    case HALF -> BYTES / 2;
                    case LEVELS_OF_CHANNEL, LEVELS_OF_TENSOR -> BYTES / 4;
                };
        return codec.compressed() ? plain * 2 / 3 : plain;
    }

    private static long nanos(ActivationCodec codec) {
        return codec == ActivationCodec.FP32 ? 0 : codec.compressed() ? 300_000 : 100_000;
    }

    /** Frames for so many seconds; each trial ends at once. */
    private void pass(CodecChoice choice, Optional<LinkSpeed> link, double seconds) {
        used.clear();
        for (long end = now + (long) (seconds * 1e9); now < end; now += FRAME_NANOS) {
            EdgeCodec.Plan plan = codecs.plan(EDGE, choice, BYTES, SERVICE_NANOS, link, true, now);
            used.merge(plan.codec(), 1, Integer::sum);
            if (plan.codec() == ActivationCodec.FP32 && plan.measured()) {
                measuredAsTheyAre++;
            }
            plan.trial().ifPresent(codec -> {
                trials.merge(codec, 1, Integer::sum);
                codecs.tried(EDGE, codec, wireBytes(codec), nanos(codec), nanos(codec), now);
            });
            codecs.sent(EDGE, plan.codec(), BYTES, wireBytes(plan.codec()));
        }
    }

    private ActivationCodec mostUsed() {
        return used.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    @Test
    void activationsGoAsTheyAreBeforeTheLinkIsMeasured() {
        pass(CodecChoice.AUTO, Optional.empty(), 5);

        assertThat(used).containsOnlyKeys(ActivationCodec.FP32);
        assertThat(trials).isEmpty();
    }

    @Test
    void onASlowLinkEveryCodecIsTriedAndTheFewestBytesWin() {
        pass(CodecChoice.AUTO, Optional.of(SLOW), 5);
        assertThat(trials).hasSize(ActivationCodec.values().length - 1);

        pass(CodecChoice.AUTO, Optional.of(SLOW), 5);
        assertThat(mostUsed()).isEqualTo(ActivationCodec.INT8_CHANNEL_ZSTD);
    }

    @Test
    void exactMeansExact() {
        pass(CodecChoice.EXACT, Optional.of(SLOW), 10);

        assertThat(mostUsed()).isEqualTo(ActivationCodec.FP32_ZSTD);
        assertThat(used.keySet()).allMatch(ActivationCodec::isExact);
        assertThat(trials.keySet()).containsOnly(ActivationCodec.FP32_ZSTD);
    }

    @Test
    void onAFastLinkNothingIsTriedAndNothingEncoded() {
        pass(CodecChoice.AUTO, Optional.of(FAST), 10);

        assertThat(used).containsOnlyKeys(ActivationCodec.FP32);
        assertThat(trials).isEmpty();
    }

    @Test
    void itGoesBackWhenTheLinkIsFastAgain() {
        pass(CodecChoice.AUTO, Optional.of(SLOW), 10);
        pass(CodecChoice.AUTO, Optional.of(FAST), 1);

        assertThat(used).containsOnlyKeys(ActivationCodec.FP32);
    }

    @Test
    void aPinnedCodecIsNotQuestioned() {
        pass(CodecChoice.pinned(ActivationCodec.FP16), Optional.of(FAST), 5);
        pass(CodecChoice.pinned(ActivationCodec.FP16), Optional.of(SLOW), 5);

        assertThat(used).containsOnlyKeys(ActivationCodec.FP16);
        assertThat(trials).isEmpty();
    }

    @Test
    void whatTheNeighbourCannotDecodeIsNotSent() {
        codecs.neighbourDecodes(EnumSet.of(ActivationCodec.FP16));
        pass(CodecChoice.AUTO, Optional.of(SLOW), 10);
        assertThat(mostUsed()).isEqualTo(ActivationCodec.FP16);

        pass(CodecChoice.pinned(ActivationCodec.INT8_CHANNEL), Optional.of(SLOW), 1);
        assertThat(used).containsOnlyKeys(ActivationCodec.FP32);
    }

    /** Measuring with small transfers alone would tell little of the link; with large ones it must not fill it. */
    @Test
    void nowAndThenALinkIsMeasuredWithAnActivationAsItIs() {
        pass(CodecChoice.AUTO, Optional.of(SLOW), 10);
        measuredAsTheyAre = 0;
        pass(CodecChoice.AUTO, Optional.of(SLOW), 60);

        double shareOfTheLink = measuredAsTheyAre * BYTES / SLOW.bytesPerSecond() / 60;
        assertThat(measuredAsTheyAre).isGreaterThan(10);
        assertThat(shareOfTheLink).isLessThan(0.04);
    }

    @Test
    void trialsTakeAtMostATwentiethOfAThreadsTime() {
        pass(CodecChoice.AUTO, Optional.of(SLOW), 60);

        long spent = trials.entrySet().stream()
                .mapToLong(trial -> trial.getValue() * 2 * nanos(trial.getKey()))
                .sum();
        assertThat(spent / 60e9).isLessThan(0.05);
    }

    @Test
    void whatTheNeighbourTellsOfDecodingCounts() {
        pass(CodecChoice.EXACT, Optional.of(SLOW), 10);
        assertThat(mostUsed()).isEqualTo(ActivationCodec.FP32_ZSTD);

        for (int i = 0; i < 5; i++) {
            codecs.decodedThere(EDGE, ActivationCodec.FP32_ZSTD, 500_000_000);
        }
        pass(CodecChoice.EXACT, Optional.of(SLOW), 1);
        assertThat(used).containsOnlyKeys(ActivationCodec.FP32);
    }

    @Test
    void countsWhatTravelledAndForgetsTheOldestEdges() {
        pass(CodecChoice.pinned(ActivationCodec.FP16), Optional.empty(), 1);
        codecs.decodedThere(new LinkCodecs.Edge(EDGE.chain(), 9), ActivationCodec.FP16, 1);

        assertThat(codecs.reports()).singleElement().satisfies(report -> {
            assertThat(report.edge()).isEqualTo(EDGE);
            assertThat(report.current()).isEqualTo(ActivationCodec.FP16);
            assertThat(report.carried())
                    .containsExactly(
                            Map.entry(ActivationCodec.FP16, new EdgeCodec.Carried(50, 50L * BYTES, 25L * BYTES)));
        });
        for (int hop = 2; hop < 200; hop++) {
            codecs.sent(new LinkCodecs.Edge(EDGE.chain(), hop), ActivationCodec.FP32, 1, 1);
        }
        assertThat(codecs.reports()).hasSize(64).noneMatch(report -> report.edge()
                .equals(EDGE));
    }
}
