package dev.offramp.agent.exit;

import dev.offramp.partition.Exit;
import dev.offramp.partition.Scores;
import dev.offramp.partition.job.Verdict;
import dev.offramp.partition.policy.Thresholds;
import java.util.ArrayList;
import java.util.List;

/** Decides whether a job leaves at one of a partition's exits. Stateless. */
public final class ExitGate {
    /** Probabilities may exceed 1 by this much. */
    private static final float ROUNDING = 1e-3f;

    private ExitGate() {}

    /** What the gate decided. */
    public sealed interface Decision {
        /**
         * The job leaves at {@code exit} (from 1) with class {@code label}, confidence 0 … 1.
         *
         * @param passed verdicts of the partition's exits before that one
         */
        record Leave(int exit, int label, float confidence, List<Verdict> passed) implements Decision {}

        /**
         * No exit was confident enough.
         *
         * @param passed verdicts of the partition's exits
         */
        record GoOn(List<Verdict> passed) implements Decision {}

        /** Exit {@code exit} gave no scores, or scores that are not numbers. */
        record Broken(int exit) implements Decision {}
    }

    /**
     * The first exit whose confidence (the largest softmax probability) is at least its threshold. The network's final
     * exit always lets go, whatever its threshold.
     *
     * @param exits of the partition, in order of depth
     * @param scores one entry per exit
     * @param finalExit number of the network's last exit
     */
    public static Decision decide(
            List<Exit> exits, List<float[]> scores, Scores kind, Thresholds thresholds, int finalExit) {
        List<Verdict> passed = new ArrayList<>(exits.size());
        for (int i = 0; i < exits.size(); i++) {
            int number = exits.get(i).number();
            float[] of = scores.get(i);
            int label = largest(of);
            float confidence = label < 0 ? Float.NaN : confidence(of, label, kind);
            if (Float.isNaN(confidence)) {
                return new Decision.Broken(number);
            }
            if (confidence >= thresholds.at(number) || number == finalExit) {
                return new Decision.Leave(number, label, confidence, List.copyOf(passed));
            }
            passed.add(new Verdict(label, confidence));
        }
        return new Decision.GoOn(List.copyOf(passed));
    }

    /** Index of the largest entry, the first of equals; −1 where there is none or any is not a number. */
    private static int largest(float[] scores) {
        int best = -1;
        for (int i = 0; i < scores.length; i++) {
            if (Float.isNaN(scores[i])) {
                return -1;
            }
            if (best < 0 || scores[i] > scores[best]) {
                best = i;
            }
        }
        return best;
    }

    /**
     * Softmax with the largest entry subtracted, so that nothing overflows; NaN where the largest is infinite, or no
     * probability although it should be one.
     */
    private static float confidence(float[] scores, int label, Scores kind) {
        if (kind == Scores.PROBABILITIES) {
            boolean probability = scores[label] >= 0 && scores[label] <= 1 + ROUNDING;
            return probability ? Math.min(1, scores[label]) : Float.NaN;
        }
        double sum = 0;
        for (float score : scores) {
            sum += Math.exp((double) score - scores[label]);
        }
        return (float) (1 / sum);
    }
}
