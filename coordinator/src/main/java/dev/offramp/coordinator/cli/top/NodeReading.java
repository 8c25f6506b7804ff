package dev.offramp.coordinator.cli.top;

import dev.offramp.coordinator.cli.BoardReading;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One node in one snapshot: counters are totals since the start of its process. Immutable.
 *
 * @param silentNanos since its last report
 * @param incarnation of its process; with another one the counters began anew
 * @param queuedJobs the one in service included
 * @param busyNanos time its server was busy
 * @param served inferences
 * @param ingress by service
 * @param times of its jobs
 * @param priorities that jobs have had there, from the lowest
 * @param policyVersions in force there, by service
 * @param codecs in use for activations that it sends, by service
 * @param condition of its board
 */
record NodeReading(
        String name,
        String board,
        boolean emulated,
        boolean up,
        long silentNanos,
        long incarnation,
        int capacityJobs,
        long uptimeNanos,
        int queuedJobs,
        long busyNanos,
        long served,
        double serviceNanos,
        double serviceNanosSquares,
        long residual,
        long rssBytes,
        long epoch,
        Map<String, IngressTotals> ingress,
        HopTotals times,
        SortedMap<Integer, PriorityTotals> priorities,
        Map<String, Long> policyVersions,
        Map<String, Set<String>> codecs,
        BoardReading condition) {
    NodeReading {
        ingress = Map.copyOf(ingress);
        priorities = Collections.unmodifiableSortedMap(new TreeMap<>(priorities));
        policyVersions = Map.copyOf(policyVersions);
        codecs = Map.copyOf(codecs);
    }

    /** Whether {@code earlier} counted in the same process, so that differences mean something. */
    boolean continues(NodeReading earlier) {
        return incarnation == earlier.incarnation && uptimeNanos >= earlier.uptimeNanos;
    }
}
