package dev.offramp.coordinator.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever crashes, dies, detaches or refuses in between: finished or undone, never half, and no frame without a chain. */
class CrashAtEveryStepTest {
    private static final int STEPS = 400;

    static LongStream fixedSeeds() {
        return LongStream.rangeClosed(1, 150);
    }

    static LongStream freshSeeds() {
        return ThreadLocalRandom.current().longs(Integer.getInteger("offramp.freshSeeds", 0));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("fixedSeeds")
    void placementsAreFinishedOrUndone(long seed) {
        run(seed);
    }

    /** A soak: {@code -Dofframp.freshSeeds=500}. */
    @Tag("slow")
    @ParameterizedTest(name = "seed {0}", allowZeroInvocations = true)
    @MethodSource("freshSeeds")
    void placementsAreFinishedOrUndoneWithFreshSeeds(long seed) {
        run(seed);
    }

    private static void run(long seed) {
        try {
            VirtualCluster cluster = new VirtualCluster(seed);
            for (int i = 0; i < STEPS; i++) {
                cluster.step();
            }
            cluster.settle();
            checkSettled(cluster);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    private static void checkSettled(VirtualCluster cluster) {
        Durable disk = cluster.disk();
        assertThat(disk.rollout()).isEmpty();
        assertThat(disk.retirement()).isEmpty();
        List<String> shapes =
                VirtualCluster.VARIANTS.stream().map(VirtualCluster::shape).toList();
        assertThat(VirtualCluster.shape(disk.active())).isIn(shapes);
        for (VirtualAgent agent : cluster.agents.values()) {
            assertThat(agent.active)
                    .as("epoch of %s", agent.node)
                    .isEqualTo(disk.active().epoch());
            assertThat(agent.prepared.keySet())
                    .as("epochs that %s holds", agent.node)
                    .isSubsetOf(List.of(disk.active().epoch()));
            disk.policies().values().forEach(policy -> {
                assertThat(agent.policies.get(policy.intent().service())).isEqualTo(policy.effective());
                if (disk.active().service(policy.intent().service()).isPresent()) {
                    assertThat(PolicyRule.sameOrders(policy.effective(), policy.intent()))
                            .as("all nodes are up, so %s is as set", policy)
                            .isTrue();
                }
            });
        }
    }
}
