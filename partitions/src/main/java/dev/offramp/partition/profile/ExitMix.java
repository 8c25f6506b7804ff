package dev.offramp.partition.profile;

import java.util.Arrays;
import java.util.OptionalDouble;

/** How many jobs left at each exit and how many of them were right. Immutable. */
public final class ExitMix {
    private final long[] completed;
    private final long[] correct;

    private ExitMix(long[] completed, long[] correct) {
        this.completed = completed;
        this.correct = correct;
    }

    /**
     * Copies both arrays; entry {@code i} belongs to exit {@code i + 1}.
     *
     * @param correct at most {@code completed} at every exit
     */
    public static ExitMix of(long[] completed, long[] correct) {
        if (completed.length != correct.length || completed.length == 0) {
            throw new IllegalArgumentException("%d and %d exits: expected the same number, at least 1"
                    .formatted(completed.length, correct.length));
        }
        for (int i = 0; i < completed.length; i++) {
            if (correct[i] < 0 || correct[i] > completed[i]) {
                throw new IllegalArgumentException("%d of %d jobs right at exit %d: expected 0 to all of them"
                        .formatted(correct[i], completed[i], i + 1));
            }
        }
        return new ExitMix(completed.clone(), correct.clone());
    }

    /** The caller gives both arrays away. */
    static ExitMix owning(long[] completed, long[] correct) {
        return new ExitMix(completed, correct);
    }

    public int exits() {
        return completed.length;
    }

    /** Jobs that left at exit {@code exit} (from 1). */
    public long completed(int exit) {
        return completed[exit - 1];
    }

    /** Jobs that left at exit {@code exit} (from 1) with the right label. */
    public long correct(int exit) {
        return correct[exit - 1];
    }

    /** Jobs over all exits. */
    public long completed() {
        return Arrays.stream(completed).sum();
    }

    /** Right answers over all exits. */
    public long correct() {
        return Arrays.stream(correct).sum();
    }

    /** Share of the jobs that left at exit {@code exit}; 0 where no job left at all. */
    public double share(int exit) {
        long all = completed();
        return all == 0 ? 0 : (double) completed(exit) / all;
    }

    /** Share of right answers at exit {@code exit}; empty where no job left there. */
    public OptionalDouble accuracy(int exit) {
        return ratio(correct(exit), completed(exit));
    }

    /** Share of right answers; empty where no job left at all. */
    public OptionalDouble accuracy() {
        return ratio(correct(), completed());
    }

    /** Both together. */
    public ExitMix plus(ExitMix other) {
        if (other.exits() != exits()) {
            throw new IllegalArgumentException(
                    "mixes of %d and %d exits: expected the same number".formatted(exits(), other.exits()));
        }
        long[] completedSum = completed.clone();
        long[] correctSum = correct.clone();
        for (int i = 0; i < completedSum.length; i++) {
            completedSum[i] += other.completed[i];
            correctSum[i] += other.correct[i];
        }
        return new ExitMix(completedSum, correctSum);
    }

    private static OptionalDouble ratio(long part, long whole) {
        return whole == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) part / whole);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExitMix that
                && Arrays.equals(completed, that.completed)
                && Arrays.equals(correct, that.correct);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(completed) + Arrays.hashCode(correct);
    }

    @Override
    public String toString() {
        return "ExitMix" + Arrays.toString(correct) + "/" + Arrays.toString(completed);
    }
}
