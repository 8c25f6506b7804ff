package dev.offramp.coordinator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitMix;
import dev.offramp.partition.profile.ExitProfile;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ThresholdSearchTest {
    private static final int SEEDS = 100;
    private static final int SAMPLES = 12;

    private static double worth(ExitProfile profile, Thresholds thresholds, double[] price) {
        ExitMix mix = profile.replay(thresholds);
        double worth = mix.accuracy().orElse(0);
        for (int exit = 1; exit <= profile.exits(); exit++) {
            worth -= mix.share(exit) * price[exit - 1];
        }
        return worth;
    }

    /** Every confidence that occurs, closed, and forced. */
    private static float[] candidates(ExitProfile profile, int exit) {
        float[] candidates = new float[profile.samples() + 2];
        for (int sample = 0; sample < profile.samples(); sample++) {
            candidates[sample] = profile.confidence(exit, sample);
        }
        candidates[profile.samples()] = 0f;
        candidates[profile.samples() + 1] = Thresholds.CLOSED;
        return candidates;
    }

    private static double[] prices(int exits, RandomGenerator random) {
        double[] price = new double[exits];
        for (int exit = 1; exit < exits; exit++) {
            price[exit] = price[exit - 1] + 0.3 * random.nextDouble();
        }
        return price;
    }

    @Test
    void twoExitsAreAsGoodAsTheBestOfAllThresholds() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            ExitProfile profile = Cases.profile(SAMPLES, 2, seed);
            double[] price = prices(2, Cases.random(seed));
            double best = Double.NEGATIVE_INFINITY;
            for (float threshold : candidates(profile, 1)) {
                best = Math.max(best, worth(profile, Thresholds.of(threshold, 0f), price));
            }
            assertThat(worth(profile, new ThresholdSearch(profile).best(price), price))
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(best - 1e-9);
        }
    }

    @Test
    void threeExitsMissTheBestOfAllThresholdsByLittleAndSeldom() {
        int missed = 0;
        double most = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            ExitProfile profile = Cases.profile(SAMPLES, 3, seed);
            double[] price = prices(3, Cases.random(seed));
            double best = Double.NEGATIVE_INFINITY;
            for (float first : candidates(profile, 1)) {
                for (float second : candidates(profile, 2)) {
                    best = Math.max(best, worth(profile, Thresholds.of(first, second, 0f), price));
                }
            }
            double miss = best - worth(profile, new ThresholdSearch(profile).best(price), price);
            assertThat(miss).as("seed %d", seed).isGreaterThan(-1e-9);
            missed += miss > 1e-9 ? 1 : 0;
            most = Math.max(most, miss);
        }
        assertThat(missed).isLessThan(SEEDS / 5);
        assertThat(most).isLessThan(0.15);
    }

    @Test
    void freeExitsAreNeverWorseThanTheFinalOne() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            ExitProfile profile = Cases.profile(500, 5, seed);
            Thresholds found = new ThresholdSearch(profile).best(new double[5]);
            assertThat(profile.replay(found).accuracy().orElseThrow()).isGreaterThanOrEqualTo(profile.accuracy(5));
        }
    }

    @Test
    void dearDepthSendsEveryJobToTheFirstExit() {
        ExitProfile profile = Cases.profile(500, 4, 1);
        Thresholds found = new ThresholdSearch(profile).best(new double[] {0, 2, 4, 6});
        assertThat(profile.replay(found).share(1)).isEqualTo(1);
    }
}
