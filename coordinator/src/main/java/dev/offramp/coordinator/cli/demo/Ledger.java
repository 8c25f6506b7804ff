package dev.offramp.coordinator.cli.demo;

import dev.offramp.coordinator.cli.process.MetricsPage;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the ingress says it accepted and what became of it. Immutable by agreement.
 *
 * @param completed by exit
 * @param lost by reason
 * @param reportedResidual over all the agent's ledgers, as the agent computes it
 */
record Ledger(
        long accepted,
        SortedMap<Integer, Long> completed,
        SortedMap<String, Long> lost,
        long inFlight,
        long reportedResidual) {
    static Ledger of(MetricsPage page) {
        return new Ledger(
                page.sum("offramp_frames_accepted_total"),
                byExit(page, "offramp_jobs_completed_total"),
                page.by("offramp_jobs_lost_total", "reason"),
                page.sum("offramp_jobs_in_flight"),
                page.sum("offramp_conservation_residual"));
    }

    private static SortedMap<Integer, Long> byExit(MetricsPage page, String name) {
        SortedMap<Integer, Long> result = new TreeMap<>();
        page.by(name, "exit").forEach((exit, jobs) -> result.put(Integer.valueOf(exit), jobs));
        return result;
    }

    long completedJobs() {
        return completed.values().stream().mapToLong(Long::longValue).sum();
    }

    long lostJobs() {
        return lost.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Accepted less completed, lost and in flight: must be 0. */
    long residual() {
        return accepted - completedJobs() - lostJobs() - inFlight;
    }
}
