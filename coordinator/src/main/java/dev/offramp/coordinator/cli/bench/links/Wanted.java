package dev.offramp.coordinator.cli.bench.links;

import dev.offramp.partition.CodecChoice;
import java.util.List;

/**
 * What to measure.
 *
 * @param megabits of the shaped link, one after another
 * @param cuts tensors at which the network is cut in two; one that is empty: in two of about equal cost
 * @param codecs the first is what the others are compared with
 * @param seconds that each of them gets frames as fast as it takes them, per link and cut
 * @param alone frames that then pass each by themselves
 */
record Wanted(List<Double> megabits, List<String> cuts, List<CodecChoice> codecs, double seconds, int alone) {
    private static final double LEAST_MEGABITS = 1;
    private static final double MOST_MEGABITS = 10_000;
    private static final double MOST_SECONDS = 60;
    private static final int MOST_CUTS = 8;

    Wanted {
        megabits = List.copyOf(megabits);
        cuts = List.copyOf(cuts);
        codecs = List.copyOf(codecs);
        for (double rate : megabits) {
            if (!(rate >= LEAST_MEGABITS && rate <= MOST_MEGABITS)) {
                throw new IllegalArgumentException(
                        "a link of %s Mbit/s: expected %.0f to %.0f".formatted(rate, LEAST_MEGABITS, MOST_MEGABITS));
            }
        }
        if (megabits.isEmpty() || codecs.isEmpty() || cuts.isEmpty() || cuts.size() > MOST_CUTS) {
            throw new IllegalArgumentException(
                    "%d links, %d codecs and %d cuts: expected at least 1, and at most %d cuts"
                            .formatted(megabits.size(), codecs.size(), cuts.size(), MOST_CUTS));
        }
        if (!(seconds > 0 && seconds <= MOST_SECONDS) || alone < 1) {
            throw new IllegalArgumentException("%s seconds and %d frames alone: expected up to %.0f and at least 1"
                    .formatted(seconds, alone, MOST_SECONDS));
        }
    }
}
