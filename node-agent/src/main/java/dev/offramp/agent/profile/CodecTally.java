package dev.offramp.agent.profile;

import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.ActivationCodec.Numbers;
import java.util.EnumMap;
import java.util.Map;

/** How many images the exits behind a cut get right when the activation there has travelled in a codec. Thread-safe. */
final class CodecTally {
    private static final double POINTS = 100;

    private final int exits;
    private final Map<ActivationCodec, Long> wireBytes = new EnumMap<>(ActivationCodec.class);
    private final Map<Numbers, long[]> correct = new EnumMap<>(Numbers.class);
    private final Map<Numbers, Long> changed = new EnumMap<>(Numbers.class);
    private int images;

    /** @param exits behind the cut */
    CodecTally(int exits) {
        this.exits = exits;
    }

    /**
     * One image.
     *
     * @param labels by what the exits get, in order of depth; compression changes none
     * @param bytes that travel for it
     */
    synchronized void record(int truth, Map<Numbers, int[]> labels, Map<ActivationCodec, Integer> bytes) {
        images++;
        bytes.forEach((codec, count) -> wireBytes.merge(codec, (long) count, Long::sum));
        int[] exact = labels.getOrDefault(Numbers.AS_THEY_ARE, new int[exits]);
        labels.forEach((numbers, found) -> {
            long[] counts = correct.computeIfAbsent(numbers, key -> new long[exits]);
            for (int exit = 0; exit < exits; exit++) {
                counts[exit] += found[exit] == truth ? 1 : 0;
                changed.merge(numbers, found[exit] == exact[exit] ? 0L : 1L, Long::sum);
            }
        });
    }

    synchronized int images() {
        return images;
    }

    /** Mean bytes that travel for an image. */
    synchronized double bytes(ActivationCodec codec) {
        return (double) wireBytes.getOrDefault(codec, 0L) / images;
    }

    /** Share of the images that an exit gets right; exits of the cut's second part, from 0. */
    synchronized double accuracy(ActivationCodec codec, int exit) {
        return (double) correct.getOrDefault(codec.numbers(), new long[exits])[exit] / images;
    }

    /** Percentage points that the final exit gains. */
    double points(ActivationCodec codec) {
        return points(codec, exits - 1);
    }

    /** Percentage points that the exit gains which loses most. */
    double worstPoints(ActivationCodec codec) {
        double worst = points(codec);
        for (int exit = 0; exit < exits; exit++) {
            worst = Math.min(worst, points(codec, exit));
        }
        return worst;
    }

    private double points(ActivationCodec codec, int exit) {
        return POINTS * (accuracy(codec, exit) - accuracy(ActivationCodec.FP32, exit));
    }

    /** Share of the answers, over all exits, that differ from those to the activation as it was. */
    synchronized double changedShare(ActivationCodec codec) {
        return (double) changed.getOrDefault(codec.numbers(), 0L) / images / exits;
    }

    int exits() {
        return exits;
    }
}
