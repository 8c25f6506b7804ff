package dev.offramp.coordinator.simulation;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * One independent random stream per stochastic source, by name, so that two policies on the same seed see the same
 * arrivals and the same jobs (common random numbers). Immutable.
 */
public record RandomStreams(long seed) {
    public RandomGenerator stream(String name) {
        long mixed = seed;
        for (int i = 0; i < name.length(); i++) {
            mixed = mix(mixed + name.charAt(i) + 0x9E3779B97F4A7C15L);
        }
        return new SplittableRandom(mixed);
    }

    /** The streams of replication {@code number}. */
    public RandomStreams replication(int number) {
        return new RandomStreams(mix(seed + number * 0x9E3779B97F4A7C15L));
    }

    /** Finaliser of SplitMix64 (Steele, Lea and Flood, 2014, 10.1145/2660193.2660195). */
    private static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
