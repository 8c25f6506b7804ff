package dev.offramp.agent.exit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.exit.ExitGate.Decision;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Scores;
import dev.offramp.partition.job.Verdict;
import dev.offramp.partition.policy.Thresholds;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ExitGateTest {
    private static final List<Exit> TWO = List.of(new Exit(1, "one"), new Exit(2, "two"));
    private static final float[] SURE = {0f, 10f, 0f};
    private static final float[] UNSURE = {0f, 0.1f, 0f};

    @Test
    void leavesAtTheFirstExitThatIsConfidentEnough() {
        assertThat(decide(SURE, SURE, Thresholds.of(0.9f, 0.9f, 0.9f)))
                .isInstanceOfSatisfying(
                        Decision.Leave.class, leave -> assertThat(leave.exit()).isEqualTo(1));
        assertThat(decide(UNSURE, SURE, Thresholds.of(0.9f, 0.9f, 0.9f)))
                .isInstanceOfSatisfying(Decision.Leave.class, leave -> {
                    assertThat(leave.exit()).isEqualTo(2);
                    assertThat(leave.label()).isEqualTo(1);
                });
    }

    @Test
    void goesOnWhenNoExitIsConfidentEnough() {
        assertThat(decide(UNSURE, UNSURE, Thresholds.of(0.9f, 0.9f, 0.9f))).isInstanceOf(Decision.GoOn.class);
    }

    @Test
    void goesOnWhenThePartitionHasNoExit() {
        assertThat(ExitGate.decide(List.of(), List.of(), Scores.LOGITS, Thresholds.of(0f), 1))
                .isEqualTo(new Decision.GoOn(List.of()));
    }

    @Test
    void tellsWhatTheExitsSayThatAJobPasses() {
        Verdict unsure = new Verdict(0, 0.5f);
        float[] even = {0f, 0f};
        assertThat(decide(even, even, Thresholds.of(0.9f, 0.9f, 0.9f)))
                .isEqualTo(new Decision.GoOn(List.of(unsure, unsure)));
        assertThat(decide(even, even, Thresholds.of(0.9f, 0f, 0.9f)))
                .isEqualTo(new Decision.Leave(2, 0, 0.5f, List.of(unsure)));
    }

    @Test
    void aThresholdAboveOneClosesAnExitAndZeroForcesIt() {
        assertThat(decide(SURE, UNSURE, Thresholds.of(Thresholds.CLOSED, 0f, 0f)))
                .isInstanceOfSatisfying(
                        Decision.Leave.class, leave -> assertThat(leave.exit()).isEqualTo(2));
    }

    @Test
    void theFinalExitAlwaysLetsGo() {
        assertThat(ExitGate.decide(
                        TWO, List.of(UNSURE, UNSURE), Scores.LOGITS, Thresholds.of(2f, Thresholds.CLOSED), 2))
                .isInstanceOfSatisfying(
                        Decision.Leave.class, leave -> assertThat(leave.exit()).isEqualTo(2));
    }

    @Test
    void aConfidenceEqualToTheThresholdIsEnough() {
        assertThat(probabilities(new float[] {0.25f, 0.75f}, 0.75f))
                .isEqualTo(new Decision.Leave(1, 1, 0.75f, List.of()));
        assertThat(probabilities(new float[] {0.25f, 0.75f}, 0.7500001f)).isInstanceOf(Decision.GoOn.class);
    }

    @Test
    void confidenceIsTheLargestSoftmaxProbability() {
        float[] logits = {1f, 2f, 3f};
        double expected = Math.exp(3) / (Math.exp(1) + Math.exp(2) + Math.exp(3));
        assertThat(decide(logits, logits, Thresholds.of(0f, 0f, 0f)))
                .isInstanceOfSatisfying(Decision.Leave.class, leave -> assertThat((double) leave.confidence())
                        .isCloseTo(expected, Offset.offset(1e-6)));
    }

    @Test
    void hugeScoresDoNotOverflow() {
        assertThat(decide(new float[] {3e38f, -3e38f, 0f}, SURE, Thresholds.of(1f, 1f, 1f)))
                .isEqualTo(new Decision.Leave(1, 0, 1f, List.of()));
        assertThat(decide(new float[] {-3e38f, -3e38f}, SURE, Thresholds.of(0.5f, 1f, 1f)))
                .isEqualTo(new Decision.Leave(1, 0, 0.5f, List.of()));
        assertThat(decide(new float[] {0f, Float.NEGATIVE_INFINITY}, SURE, Thresholds.of(1f, 1f, 1f)))
                .isEqualTo(new Decision.Leave(1, 0, 1f, List.of()));
    }

    @Test
    void scoresThatAreNoNumbersAreBroken() {
        Thresholds open = Thresholds.of(0f, 0f, 0f);
        assertThat(decide(new float[] {1f, Float.NaN}, SURE, open)).isEqualTo(new Decision.Broken(1));
        assertThat(decide(new float[] {Float.POSITIVE_INFINITY, 1f}, SURE, open))
                .isEqualTo(new Decision.Broken(1));
        assertThat(decide(new float[] {}, SURE, open)).isEqualTo(new Decision.Broken(1));
        assertThat(probabilities(new float[] {Float.POSITIVE_INFINITY, 0f}, 0f)).isEqualTo(new Decision.Broken(1));
        assertThat(decide(UNSURE, new float[] {Float.NaN}, Thresholds.of(0.9f, 0f, 0f)))
                .isEqualTo(new Decision.Broken(2));
    }

    @Test
    void aProbabilityThatIsNoneIsBrokenAndOneThatIsRoundedUpIsOne() {
        assertThat(probabilities(new float[] {7f, 0f}, 0f)).isEqualTo(new Decision.Broken(1));
        assertThat(probabilities(new float[] {-2f, -1f}, 0f)).isEqualTo(new Decision.Broken(1));
        assertThat(probabilities(new float[] {1.0001f, 0f}, 0f)).isEqualTo(new Decision.Leave(1, 0, 1f, List.of()));
    }

    @Test
    void scoresAfterTheExitWhereAJobLeavesDoNotMatter() {
        assertThat(decide(SURE, new float[] {Float.NaN}, Thresholds.of(0f, 0f, 0f)))
                .isInstanceOf(Decision.Leave.class);
    }

    private static Decision decide(float[] first, float[] second, Thresholds thresholds) {
        return ExitGate.decide(TWO, List.of(first, second), Scores.LOGITS, thresholds, 3);
    }

    private static Decision probabilities(float[] scores, float threshold) {
        return ExitGate.decide(
                List.of(new Exit(1, "one")), List.of(scores), Scores.PROBABILITIES, Thresholds.of(threshold, 0f), 2);
    }
}
