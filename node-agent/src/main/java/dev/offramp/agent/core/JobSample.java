package dev.offramp.agent.core;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.policy.Thresholds;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The latest of one service's completed jobs that were no shadow jobs, and what was said of them. */
final class JobSample {
    /** More than a board completes between two reports. */
    static final int ROWS = 64;

    private final Deque<CoreSnapshot.JobRow> latest = new ArrayDeque<>();
    private long rows;

    /** Jobs of which a node on the way did not tell are left out. */
    void completed(ChainId chain, Thresholds thresholds, Outcome.Completed outcome, long latencyNanos) {
        if (outcome.verdicts().isEmpty()) {
            return;
        }
        latest.add(new CoreSnapshot.JobRow(++rows, chain, thresholds, outcome.verdicts(), latencyNanos));
        if (latest.size() > ROWS) {
            latest.remove();
        }
    }

    List<CoreSnapshot.JobRow> snapshot() {
        return List.copyOf(latest);
    }
}
