package dev.offramp.partition.profile;

import dev.offramp.partition.policy.Thresholds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What every exit of a network said about every sample of a labelled set: label and confidence. From it follows exactly
 * what any thresholds would have done with that set. Stored by exit, so that a replay runs along memory. Immutable.
 */
public final class ExitProfile {
    private final int[] truth;
    private final short[][] label;
    private final float[][] confidence;
    /** The confidences' bits, in the order of the confidences: whole numbers, so that a replay takes several at a time. */
    private final int[][] rank;
    /** 1 where an exit is right. */
    private final int[][] correct;

    private ExitProfile(int[] truth, short[][] label, float[][] confidence) {
        this.truth = truth;
        this.label = label;
        this.confidence = confidence;
        this.rank = new int[label.length][truth.length];
        this.correct = new int[label.length][truth.length];
        for (int exit = 0; exit < label.length; exit++) {
            for (int sample = 0; sample < truth.length; sample++) {
                rank[exit][sample] = rank(confidence[exit][sample]);
                correct[exit][sample] = label[exit][sample] == truth[sample] ? 1 : 0;
            }
        }
    }

    /**
     * Takes the arrays over; the caller must not change them any more.
     *
     * @param truth class of each sample
     * @param label by exit, then by sample
     * @param confidence by exit, then by sample; 0 … 1
     */
    public static ExitProfile of(int[] truth, short[][] label, float[][] confidence) {
        if (truth.length == 0 || label.length == 0 || label.length != confidence.length) {
            throw new IllegalArgumentException(
                    "profile of %d samples with labels of %d exits and confidences of %d: expected at least one sample, and as many of both"
                            .formatted(truth.length, label.length, confidence.length));
        }
        for (int exit = 0; exit < label.length; exit++) {
            if (label[exit].length != truth.length || confidence[exit].length != truth.length) {
                throw new IllegalArgumentException("exit %d has %d labels and %d confidences: expected %d of both"
                        .formatted(exit + 1, label[exit].length, confidence[exit].length, truth.length));
            }
        }
        return new ExitProfile(truth, label, confidence);
    }

    /**
     * Reads the file {@code profile.csv} of a model: a header, then one row per sample with {@code sample,truth} and
     * {@code label,confidence} of every exit.
     *
     * @throws IOException also if the file is no profile; the message names file, line and column
     */
    public static ExitProfile read(Path csv) throws IOException {
        return ProfileFile.read(csv);
    }

    /** Writes what {@link #read} reads. */
    public void write(Path csv) throws IOException {
        Files.writeString(csv, csv());
    }

    /** The text of such a file. */
    public String csv() {
        return ProfileFile.text(this);
    }

    public int samples() {
        return truth.length;
    }

    public int exits() {
        return label.length;
    }

    /** Class of sample {@code sample} (from 0). */
    public int truth(int sample) {
        return truth[sample];
    }

    /** What exit {@code exit} (from 1) takes sample {@code sample} for. */
    public int label(int exit, int sample) {
        return label[exit - 1][sample];
    }

    /** Exit (from 1) at which a sample leaves under {@code thresholds} if it has passed those before {@code first}. */
    public int exitOf(int sample, Thresholds thresholds, int first) {
        int exit = first;
        while (exit < exits() && confidence(exit, sample) < thresholds.at(exit)) {
            exit++;
        }
        return exit;
    }

    /** How sure it is, 0 … 1. */
    public float confidence(int exit, int sample) {
        return confidence[exit - 1][sample];
    }

    /** Whether exit {@code exit} (from 1) is right about sample {@code sample}. */
    public boolean isCorrect(int exit, int sample) {
        return correct[exit - 1][sample] != 0;
    }

    /** Share of right answers of exit {@code exit} (from 1) if every sample left there. */
    public double accuracy(int exit) {
        long right = 0;
        for (int one : correct[exit - 1]) {
            right += one;
        }
        return (double) right / truth.length;
    }

    /**
     * Where the samples leave under {@code thresholds}, and who is right: each at the first exit whose confidence is at
     * least its threshold, the rest at the final exit. Exact; samples × exits comparisons.
     */
    public ExitMix replay(Thresholds thresholds) {
        int exits = exits();
        if (thresholds.exits() != exits) {
            throw new IllegalArgumentException("%d thresholds for a profile of %d exits: expected one per exit"
                    .formatted(thresholds.exits(), exits));
        }
        long[] left = new long[exits];
        long[] right = new long[exits];
        int[] inside = new int[samples()];
        Arrays.fill(inside, 1);
        for (int exit = 0; exit < exits; exit++) {
            float threshold = exit == exits - 1 ? 0f : thresholds.at(exit + 1);
            if (threshold <= 1f) {
                leave(rank(threshold), rank[exit], correct[exit], inside, exit, left, right);
            }
        }
        return ExitMix.owning(left, right);
    }

    /** In the order of numbers from 0 on; -0 is 0. */
    private static int rank(float value) {
        return Float.floatToIntBits(value + 0f);
    }

    /** One exit's samples, without a branch that depends on them: the compiler makes vector instructions of it. */
    private static void leave(
            int threshold, int[] rank, int[] correct, int[] inside, int exit, long[] left, long[] right) {
        int leaving = 0;
        int rightHere = 0;
        for (int sample = 0; sample < inside.length; sample++) {
            int leaves = ((threshold - 1 - rank[sample]) >>> (Integer.SIZE - 1)) & inside[sample];
            inside[sample] ^= leaves;
            leaving += leaves;
            rightHere += leaves & correct[sample];
        }
        left[exit] = leaving;
        right[exit] = rightHere;
    }

    /**
     * The accuracy to expect of jobs that left as {@code realised} says under {@code thresholds}: Σ share(exit) ×
     * accuracy(exit | thresholds). Differs from the replay's own accuracy where losses hit deep jobs harder than shallow
     * ones. An exit at which no sample leaves counts with its accuracy over all samples.
     */
    public double expectedAccuracy(Thresholds thresholds, ExitMix realised) {
        ExitMix replay = replay(thresholds);
        double expected = 0;
        for (int exit = 1; exit <= exits(); exit++) {
            expected += realised.share(exit) * replay.accuracy(exit).orElse(accuracy(exit));
        }
        return expected;
    }
}
