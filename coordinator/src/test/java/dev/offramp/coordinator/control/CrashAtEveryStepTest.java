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

    /** Those that once failed, and the first ones. */
    static LongStream fixedSeeds() {
        return LongStream.concat(
                LongStream.of(
                        4499857077756197718L,
                        -7546116038149150557L,
                        -5798112746163818437L,
                        -818080658794784713L,
                        2142887252439117362L,
                        8791742050725007219L),
                LongStream.rangeClosed(1, 150));
    }

    static LongStream freshSeeds() {
        return ThreadLocalRandom.current().longs(Integer.getInteger("offramp.freshSeeds", 300));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("fixedSeeds")
    void placementsAreFinishedOrUndone(long seed) {
        run(seed);
    }

    /** More with {@code -Dofframp.freshSeeds=20000}. */
    @Tag("slow")
    @ParameterizedTest(name = "seed {0}")
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
