package dev.offramp.coordinator.control.pilot;

import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.partition.profile.ExitProfile;
import java.util.random.RandomGenerator;

/** Exit profiles for tests. */
final class Profiles {
    private Profiles() {}

    /** Deeper exits are right more often and surer; a sample that is hard stays hard. */
    static ExitProfile graded(int samples, int exits, long seed) {
        return graded(samples, exits, seed, 1);
    }

    /** @param hardness 1 for evenly spread; more for more hard samples */
    static ExitProfile graded(int samples, int exits, long seed, double hardness) {
        RandomGenerator random = new RandomStreams(seed).stream("profile");
        int[] truth = new int[samples];
        short[][] label = new short[exits][samples];
        float[][] confidence = new float[exits][samples];
        for (int sample = 0; sample < samples; sample++) {
            double hard = Math.pow(random.nextDouble(), 1 / hardness);
            for (int exit = 0; exit < exits; exit++) {
                double right = 1 - hard * (0.8 - 0.7 * exit / Math.max(1, exits - 1));
                label[exit][sample] = (short) (random.nextDouble() < right ? 0 : 1);
                confidence[exit][sample] = (float) Math.min(1, Math.max(0.1, right + 0.05 * random.nextGaussian()));
            }
        }
        return ExitProfile.of(truth, label, confidence);
    }
}
