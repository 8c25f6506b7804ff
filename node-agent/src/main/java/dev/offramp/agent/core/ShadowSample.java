package dev.offramp.agent.core;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Verdict;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;

/** What became of one service's shadow jobs, and what every exit said of the latest of them. */
final class ShadowSample {
    static final int ROWS = 512;

    private final Deque<CoreSnapshot.ShadowRow> latest = new ArrayDeque<>();
    private long completed;
    private long lost;
    private long rows;

    /** @param truth of its frame, where that came with one */
    void decided(ChainId chain, long epoch, Outcome outcome, OptionalInt truth) {
        switch (outcome) {
            case Outcome.Lost gone -> lost++;
            case Outcome.Completed done -> {
                completed++;
                record(chain, epoch, done.verdicts(), truth);
            }
        }
    }

    /** @param exits empty where a node on the way did not tell */
    private void record(ChainId chain, long epoch, List<Verdict> exits, OptionalInt truth) {
        if (exits.isEmpty()) {
            return;
        }
        latest.add(new CoreSnapshot.ShadowRow(++rows, chain, epoch, exits, truth));
        if (latest.size() > ROWS) {
            latest.remove();
        }
    }

    CoreSnapshot.Shadows snapshot() {
        return new CoreSnapshot.Shadows(completed, lost, List.copyOf(latest));
    }
}
