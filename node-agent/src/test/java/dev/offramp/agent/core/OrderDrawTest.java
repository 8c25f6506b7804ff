package dev.offramp.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.partition.Chain;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Service;
import dev.offramp.partition.policy.ChainMix;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.ThresholdMix;
import dev.offramp.partition.policy.Thresholds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class OrderDrawTest {
    private static final Chain A = Fixtures.chain("a", "pi-1", "pi-2");
    private static final Chain B = Fixtures.chain("b", "pi-1", "pi-3");
    private static final Service SERVICE = Fixtures.service(Overflow.DROP_NEW, A, B);
    private static final Thresholds EARLY = Thresholds.uniform(A.exits(), 0f);
    private static final Thresholds HALF = Thresholds.uniform(A.exits(), 0.5f);
    private static final Thresholds LATE = Thresholds.uniform(A.exits(), 2f);
    private static final Policy POLICY = new Policy(
            Fixtures.SERVICE,
            7,
            ChainMix.of(Map.of(A.id(), 0.7, B.id(), 0.3)),
            Map.of(
                    A.id(),
                    new ThresholdMix(List.of(
                            new ThresholdMix.Alternative(0.2, EARLY),
                            new ThresholdMix.Alternative(0.5, HALF),
                            new ThresholdMix.Alternative(0.3, LATE))),
                    B.id(),
                    ThresholdMix.of(LATE)));

    private final OrderDraw draw = new OrderDraw();
    private final Map<Thresholds, Integer> ofA = new HashMap<>();
    private int ofB;

    private void draw(int jobs, Predicate<Chain> usable) {
        for (int i = 0; i < jobs; i++) {
            OrderDraw.Assignment drawn = draw.next(POLICY, 0, SERVICE, usable).orElseThrow();
            assertThat(drawn.policyVersion()).isEqualTo(7);
            if (drawn.chain().equals(A)) {
                ofA.merge(drawn.thresholds(), 1, Integer::sum);
            } else {
                assertThat(drawn.thresholds()).isEqualTo(LATE);
                ofB++;
            }
        }
    }

    private int jobsOfA() {
        return ofA.values().stream().mapToInt(Integer::intValue).sum();
    }

    private void expectSharesOfA() {
        int all = jobsOfA();
        assertThat((double) ofA.getOrDefault(EARLY, 0)).isBetween(0.2 * all - 2, 0.2 * all + 2);
        assertThat((double) ofA.getOrDefault(HALF, 0)).isBetween(0.5 * all - 2, 0.5 * all + 2);
        assertThat((double) ofA.getOrDefault(LATE, 0)).isBetween(0.3 * all - 2, 0.3 * all + 2);
    }

    @Test
    void everyShortWindowHasTheSharesOfChainsAndVectors() {
        for (int n = 1; n <= 200; n++) {
            draw(1, chain -> true);
            assertThat((double) ofB).isBetween(0.3 * n - 1, 0.3 * n + 1);
            expectSharesOfA();
        }
    }

    @Test
    void vectorsKeepTheirSharesWhileAChainComesAndGoes() {
        for (int cycle = 0; cycle < 50; cycle++) {
            draw(3, chain -> true);
            draw(2, chain -> chain.equals(A));
            draw(1, chain -> chain.equals(B));
            expectSharesOfA();
        }
        assertThat(jobsOfA() - 2 * 50).as("of the jobs that had the choice").isBetween(104, 106);
    }

    @Test
    void shadowJobsGetTheirShareOfEveryChainAndClosedExits() {
        Policy policy = POLICY.withShadowShare(0.1);
        Map<Chain, Integer> shadows = new HashMap<>();
        int jobs = 500;
        for (int i = 0; i < jobs; i++) {
            OrderDraw.Assignment drawn =
                    draw.next(policy, 0, SERVICE, chain -> true).orElseThrow();
            if (drawn.shadow()) {
                assertThat(drawn.thresholds()).isEqualTo(Thresholds.closed(A.exits()));
                shadows.merge(drawn.chain(), 1, Integer::sum);
            }
        }
        assertThat(shadows.get(A)).isBetween(33, 37);
        assertThat(shadows.get(B)).isBetween(13, 17);
    }

    @Test
    void nothingIsDrawnWhereNoChainIsUsable() {
        assertThat(draw.next(POLICY, 0, SERVICE, chain -> false)).isEmpty();
    }

    @Test
    void aChainWithAnotherNumberOfExitsIsLeftOut() {
        Policy other = new Policy(
                Fixtures.SERVICE,
                8,
                POLICY.mix(),
                Map.of(A.id(), ThresholdMix.of(Thresholds.uniform(A.exits() + 1, 0f)), B.id(), ThresholdMix.of(LATE)));
        for (int i = 0; i < 10; i++) {
            assertThat(draw.next(other, 0, SERVICE, chain -> true).orElseThrow().chain())
                    .isEqualTo(B);
        }
    }
}
