package dev.offramp.partition.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyTest {
    private static final ServiceId SERVICE = new ServiceId("roadside");
    private static final ChainId A = new ChainId(SERVICE, "a");
    private static final ChainId B = new ChainId(SERVICE, "b");
    private static final Thresholds EARLY = Thresholds.of(0f, 0f);
    private static final Thresholds LATE = Thresholds.of(2f, 0f);

    @Test
    void oneVectorForAChainIsAMixOfOne() {
        Policy policy = Policy.of(SERVICE, 1, ChainMix.of(Map.of(A, 1.0)), Map.of(A, LATE));

        assertThat(policy.thresholdsOf(A)).isEqualTo(ThresholdMix.of(2f, 0f)).hasToString("[2.0, 0.0]");
        assertThat(Orders.of(policy)).isEqualTo(Orders.always(A, LATE));
    }

    @Test
    void ordersBecomeAPolicyWithTheSameShares() {
        Orders orders = Orders.mix(List.of(
                new Orders.Alternative(A, EARLY, 0.25),
                new Orders.Alternative(B, LATE, 0.25),
                new Orders.Alternative(A, LATE, 0.5)));

        Policy policy = Policy.of(SERVICE, 1, orders);

        assertThat(policy.mix().probabilities()).containsEntry(A, 0.75).containsEntry(B, 0.25);
        assertThat(policy.thresholdsOf(A).alternatives().get(0).share()).isCloseTo(1.0 / 3, within(1e-9));
        assertThat(policy.thresholdsOf(B)).isEqualTo(ThresholdMix.of(LATE));
        assertThat(Orders.of(policy).alternatives())
                .extracting(Orders.Alternative::thresholds)
                .containsExactly(EARLY, LATE, LATE);
        assertThat(Orders.of(policy).alternatives())
                .extracting(one -> Math.round(one.probability() * 100))
                .containsExactly(25L, 50L, 25L);
    }

    private static final Orders PACED = new Orders(List.of(
            new Orders.Step(0, List.of(new Orders.Alternative(A, LATE, 1))),
            new Orders.Step(3, List.of(new Orders.Alternative(A, LATE, 0.5), new Orders.Alternative(B, EARLY, 0.5))),
            new Orders.Step(7, List.of(new Orders.Alternative(B, EARLY, 1)))));

    @Test
    void stepsOfOrdersBecomeStepsForTheSameChains() {
        Policy policy = Policy.of(SERVICE, 1, PACED);

        assertThat(policy.steps()).extracting(Policy.Step::fromInFlight).containsExactly(0, 3, 7);
        assertThat(policy.steps().get(0).mix().probabilities())
                .containsEntry(A, 1.0)
                .containsEntry(B, 0.0);
        assertThat(policy.steps().get(2).thresholdsOf(A)).isEqualTo(ThresholdMix.of(LATE));
        assertThat(List.of(0, 2, 3, 6, 7, 1000)).extracting(policy::stepAt).containsExactly(0, 0, 1, 1, 2, 2);
        assertThat(Orders.of(policy).averaged(new double[] {1, 2, 1}).chainShares())
                .containsEntry(A, 0.5)
                .containsEntry(B, 0.5);
        assertThat(Orders.of(policy).averaged(new double[0]).chainShares()).containsEntry(A, 1.0);
    }

    @Test
    void refusesStepsThatCannotBe() {
        List<Policy.Step> steps = Policy.of(SERVICE, 1, PACED).steps();
        refuses("expected the first from 0", () -> new Policy(SERVICE, 1, steps.subList(1, 3), 0));
        refuses(
                "the others rising",
                () -> new Policy(SERVICE, 1, List.of(steps.get(0), steps.get(2), steps.get(1)), 0));
        refuses("has 0 steps", () -> new Policy(SERVICE, 1, List.of(), 0));
        Policy.Step other = new Policy.Step(4, ChainMix.of(Map.of(A, 1.0)), Map.of(A, ThresholdMix.of(LATE)));
        refuses("all for the same chains", () -> new Policy(SERVICE, 1, List.of(steps.get(0), other), 0));
    }

    @Test
    void ordersThatTellAVectorTwiceTellItOnceWithBothShares() {
        Policy policy = Policy.of(
                SERVICE,
                1,
                Orders.mix(List.of(
                        new Orders.Alternative(A, EARLY, 0.5),
                        new Orders.Alternative(A, EARLY, 0.5),
                        new Orders.Alternative(B, LATE, 0),
                        new Orders.Alternative(B, EARLY, 0))));

        assertThat(policy.thresholdsOf(A)).isEqualTo(ThresholdMix.of(EARLY));
        assertThat(policy.thresholdsOf(B)).isEqualTo(ThresholdMix.of(LATE));
    }

    @Test
    void shadowJobsAreAnAlternativeWithClosedExits() {
        Policy policy = Policy.of(SERVICE, 1, ChainMix.of(Map.of(A, 1.0)), Map.of(A, EARLY))
                .withShadowShare(0.25);

        assertThat(Orders.of(policy).alternatives())
                .containsExactly(new Orders.Alternative(A, EARLY, 0.75), new Orders.Alternative(A, LATE, 0.25));
        refuses("share of shadow jobs (1.5)", () -> policy.withShadowShare(1.5));
    }

    @Test
    void refusesMixesThatCannotBe() {
        refuses("sum to 0.9", alternative(0.5, 0.1f), alternative(0.4, 0.2f));
        refuses("more than 0", () -> alternative(0, 0.1f));
        refuses("more than 0", () -> alternative(Double.NaN, 0.1f));
        refuses("twice", alternative(0.5, 0.1f), alternative(0.5, 0.1f));
        refuses(
                "as many in every vector",
                alternative(0.5, 0.1f),
                new ThresholdMix.Alternative(0.5, Thresholds.of(0.1f)));
        refuses("expected 1 to 16");
        List<ThresholdMix.Alternative> many = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            many.add(alternative(1.0 / 17, i / 17f));
        }
        refuses("17 threshold vectors", many.toArray(ThresholdMix.Alternative[]::new));
    }

    private static ThresholdMix.Alternative alternative(double share, float first) {
        return new ThresholdMix.Alternative(share, Thresholds.of(first, 0f));
    }

    private static void refuses(String why, ThresholdMix.Alternative... alternatives) {
        refuses(why, () -> new ThresholdMix(List.of(alternatives)));
    }

    private static void refuses(String why, org.assertj.core.api.ThrowableAssert.ThrowingCallable attempt) {
        assertThatThrownBy(attempt).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);
    }
}
