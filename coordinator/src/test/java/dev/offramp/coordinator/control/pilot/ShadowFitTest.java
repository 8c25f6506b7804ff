package dev.offramp.coordinator.control.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitMix;
import dev.offramp.partition.profile.ExitProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ShadowFitTest {
    private static final ChainId CHAIN = new ChainId(new ServiceId("road"), "a");
    private static final int EXITS = 4;
    private static final int SAMPLES = 4_000;

    private final ExitProfile published = Profiles.graded(SAMPLES, EXITS, 1);

    private static List<ShadowRow> rows(ExitProfile reality, int count, long seed, boolean truth) {
        RandomGenerator random = new RandomStreams(seed).stream("shadow jobs");
        List<ShadowRow> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(Profiles.row(CHAIN, reality, random.nextInt(reality.samples()), truth));
        }
        return rows;
    }

    @Test
    void aProfileThatFitsStaysAsItWasPublished() {
        long refused = 0;
        for (long seed = 1; seed <= 300; seed++) {
            refused += new ShadowFit(published, rows(published, 512, seed, true)).fits() ? 0 : 1;
        }

        assertThat(refused).isLessThanOrEqualTo(1);
        assertThat(new ShadowFit(published, rows(published, 512, 1, false)).profile())
                .isSameAs(published);
    }

    @Test
    void harderFramesAreFollowedThoughNobodyKnowsTheirClass() {
        ExitProfile reality = Profiles.graded(SAMPLES, EXITS, 2, 3);

        ExitProfile fitted = new ShadowFit(published, rows(reality, 512, 3, false)).profile();

        assertThat(published.accuracy(1) - reality.accuracy(1)).isGreaterThan(0.15);
        for (float threshold : new float[] {0.3f, 0.5f, 0.7f, 0.9f, 2f}) {
            Thresholds thresholds = Thresholds.of(threshold, threshold, threshold, 0);
            ExitMix expected = reality.replay(thresholds);
            ExitMix predicted = fitted.replay(thresholds);
            assertThat(predicted.accuracy().orElseThrow())
                    .as("accuracy at %s", threshold)
                    .isCloseTo(expected.accuracy().orElseThrow(), within(0.04));
            for (int exit = 1; exit <= EXITS; exit++) {
                assertThat(predicted.share(exit))
                        .as("share of exit %d at %s", exit, threshold)
                        .isCloseTo(expected.share(exit), within(0.08));
            }
        }
    }

    @Test
    void exitsThatAreWrongHoweverSureAreFoundOutByFramesThatComeWithTheirClass() {
        ExitProfile overconfident = Profiles.mislabelled(published, 0.3, 5);

        ExitProfile blind = new ShadowFit(published, rows(overconfident, 512, 7, false)).profile();
        ExitProfile told = new ShadowFit(published, rows(overconfident, 512, 7, true)).profile();

        double real = overconfident.accuracy(EXITS);
        assertThat(published.accuracy(EXITS) - real).isGreaterThan(0.2);
        assertThat(blind.accuracy(EXITS) - real).as("nothing tells").isGreaterThan(0.2);
        assertThat(told.accuracy(EXITS)).isCloseTo(real, within(0.06));
    }

    @Test
    void theYoungestRowsCountMost() {
        ExitProfile reality = Profiles.graded(SAMPLES, EXITS, 2, 3);
        List<ShadowRow> rows = new ArrayList<>(rows(published, 256, 1, false));
        rows.addAll(rows(reality, 256, 2, false));

        ExitProfile fitted = new ShadowFit(published, rows).profile();

        double half = (published.accuracy(1) + reality.accuracy(1)) / 2;
        assertThat(fitted.accuracy(1)).isLessThan(half);
    }

    @Test
    void aFewRowsOrThoseOfAnotherNetworkChangeNothing() {
        ExitProfile reality = Profiles.graded(SAMPLES, EXITS, 2, 5);

        assertThat(new ShadowFit(published, rows(reality, 20, 1, true)).profile())
                .isSameAs(published);
        assertThat(new ShadowFit(published, rows(Profiles.graded(100, EXITS - 1, 1), 300, 1, true)).profile())
                .isSameAs(published);
        assertThat(new ShadowFit(published, List.of()).profile()).isSameAs(published);
    }
}
