package dev.offramp.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.partition.job.LossReason;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A failure names its seed; add it to {@link #everySeedThatOnceFailedHolds}. */
class VirtualClusterTest {
    private static final int QUICK_SEEDS = 100;
    private static final int FRESH_SEEDS = 50;
    private static final int CALM_SEEDS = 50;
    private static final int MORE_SEEDS = 2000;

    private final Map<LossReason, Long> losses = new EnumMap<>(LossReason.class);
    private long events;
    private long completed;

    @ParameterizedTest
    @ValueSource(longs = {15, 18, -7068665077166212453L, -4115831790127677442L})
    void everySeedThatOnceFailedHolds(long seed) {
        runRandom(seed);
    }

    @Test
    void everyJobHasExactlyOneOutcomeWhateverHappens() {
        for (long seed = 1; seed <= QUICK_SEEDS; seed++) {
            runRandom(seed);
        }
        assertThat(losses)
                .containsKeys(
                        LossReason.QUEUE_FULL,
                        LossReason.LINK_FULL,
                        LossReason.EXPIRED,
                        LossReason.NODE_LOST,
                        LossReason.LINK_LOST,
                        LossReason.NO_CHAIN,
                        LossReason.STALE_EPOCH,
                        LossReason.EXECUTION);
        assertThat(completed).isGreaterThan(4_000);
        assertThat(events).isGreaterThan(80_000);
    }

    /** A random start on purpose: every build tries seeds that none tried before. */
    @Test
    void everyJobHasExactlyOneOutcomeWithFreshSeeds() {
        runFresh(FRESH_SEEDS);
    }

    @Test
    @Tag("slow")
    void everyJobHasExactlyOneOutcomeWithManyFreshSeeds() {
        runFresh(MORE_SEEDS);
    }

    private void runFresh(int seeds) {
        long first = new Random().nextLong();
        for (long seed = first; seed < first + seeds; seed++) {
            runRandom(seed);
        }
    }

    @Test
    void nothingIsLostToReplacementWhileNothingIsFull() {
        for (long seed = 1; seed <= CALM_SEEDS; seed++) {
            VirtualCluster cluster = new VirtualCluster(seed, Scenario.calm(new Random(seed)));
            Witness witness = cluster.run();
            assertThat(witness.losses()).as("seed %d", seed).isEqualTo(new HashMap<>());
            assertThat(witness.completed()).as("seed %d", seed).isPositive();
            assertThat(cluster.coordinator().livingEpochs()).as("seed %d", seed).isEqualTo(1);
        }
    }

    @Test
    void theSameSeedDoesTheSame() {
        VirtualCluster one = new VirtualCluster(7, Scenario.random(new Random(7)));
        VirtualCluster other = new VirtualCluster(7, Scenario.random(new Random(7)));
        assertThat(one.run().losses()).isEqualTo(other.run().losses());
        assertThat(one.events()).isEqualTo(other.events());
    }

    private void runRandom(long seed) {
        VirtualCluster cluster = new VirtualCluster(seed, Scenario.random(new Random(seed)));
        Witness witness;
        try {
            witness = cluster.run();
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed, e);
        }
        events += cluster.events();
        completed += witness.completed();
        witness.losses().forEach((reason, jobs) -> losses.merge(reason, jobs, Long::sum));
    }
}
