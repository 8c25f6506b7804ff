package dev.offramp.coordinator.control.pilot;

import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.job.Verdict;
import dev.offramp.partition.profile.ExitProfile;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

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

    /** Three exits, each as sure of every sample as of the others; the first two alike. */
    static ExitProfile constant(float early, float last) {
        return ExitProfile.of(
                new int[2], new short[3][2], new float[][] {{early, early}, {early, early}, {last, last}});
    }

    /** Some samples are of a class that no exit knows, and every exit as sure as before. */
    static ExitProfile mislabelled(ExitProfile profile, double share, long seed) {
        RandomGenerator random = new RandomStreams(seed).stream("mislabelled");
        int[] truth = new int[profile.samples()];
        short[][] label = new short[profile.exits()][profile.samples()];
        float[][] confidence = new float[profile.exits()][profile.samples()];
        for (int sample = 0; sample < truth.length; sample++) {
            truth[sample] = random.nextDouble() < share ? 7 : profile.truth(sample);
            for (int exit = 1; exit <= profile.exits(); exit++) {
                label[exit - 1][sample] = (short) profile.label(exit, sample);
                confidence[exit - 1][sample] = profile.confidence(exit, sample);
            }
        }
        return ExitProfile.of(truth, label, confidence);
    }

    /** What a shadow job would tell of the sample. */
    static ShadowRow row(ChainId chain, ExitProfile profile, int sample, boolean truth) {
        return new ShadowRow(
                chain,
                1,
                IntStream.rangeClosed(1, profile.exits())
                        .mapToObj(exit -> new Verdict(profile.label(exit, sample), profile.confidence(exit, sample)))
                        .toList(),
                truth ? OptionalInt.of(profile.truth(sample)) : OptionalInt.empty());
    }
}
