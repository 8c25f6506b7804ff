package dev.offramp.coordinator.simulation;

import dev.offramp.partition.profile.ExitProfile;
import java.util.Arrays;

/** Where the jobs of a network leave, and how often they are right. Immutable. */
public sealed interface ExitBehaviour {
    int exits();

    /** Jobs behave like samples drawn from a measured set; where they leave follows from their thresholds. */
    record Measured(ExitProfile profile) implements ExitBehaviour {
        @Override
        public int exits() {
            return profile.exits();
        }
    }

    /** Jobs leave at each exit with a given frequency, whatever the thresholds. */
    final class Given implements ExitBehaviour {
        private static final double TOLERANCE = 1e-6;
        private final double[] share;
        private final double[] accuracy;

        private Given(double[] share, double[] accuracy) {
            if (share.length == 0
                    || share.length != accuracy.length
                    || Arrays.stream(share).anyMatch(one -> !(one >= 0))
                    || !(Math.abs(Arrays.stream(share).sum() - 1) <= TOLERANCE)
                    || Arrays.stream(accuracy).anyMatch(one -> !(one >= 0 && one <= 1))) {
                throw new IllegalArgumentException(
                        "exit shares %s and accuracies %s: expected as many of both, shares that sum to 1, accuracies from 0 to 1"
                                .formatted(Arrays.toString(share), Arrays.toString(accuracy)));
            }
            this.share = share;
            this.accuracy = accuracy;
        }

        /** Copies both; entry {@code i} belongs to exit {@code i + 1}. */
        public static Given of(double[] share, double[] accuracy) {
            return new Given(share.clone(), accuracy.clone());
        }

        /** One exit, always right. */
        public static Given single() {
            return of(new double[] {1}, new double[] {1});
        }

        @Override
        public int exits() {
            return share.length;
        }

        /** Share of the jobs that leave at exit {@code exit} (from 1). */
        public double share(int exit) {
            return share[exit - 1];
        }

        /** Share of right answers at exit {@code exit} (from 1). */
        public double accuracy(int exit) {
            return accuracy[exit - 1];
        }
    }
}
