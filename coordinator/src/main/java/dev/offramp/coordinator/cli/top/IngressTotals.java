package dev.offramp.coordinator.cli.top;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one ingress, or several together, counted for a service. Immutable.
 *
 * @param inFlight at this instant, not a total
 * @param exits by exit number
 * @param lost by reason
 * @param refused by error code: frames that were never accepted
 * @param completedByPolicy by policy version
 */
record IngressTotals(
        long accepted,
        long inFlight,
        SortedMap<Integer, ExitTotals> exits,
        Map<String, Long> lost,
        Map<String, Long> refused,
        LatencyCounts latency,
        double queueingNanos,
        double computeNanos,
        double networkNanos,
        Map<Long, Long> completedByPolicy) {
    static final IngressTotals NONE =
            new IngressTotals(0, 0, new TreeMap<>(), Map.of(), Map.of(), LatencyCounts.NONE, 0, 0, 0, Map.of());

    long completed() {
        return exits.values().stream().mapToLong(ExitTotals::completed).sum();
    }

    long lostJobs() {
        return Counts.sum(lost);
    }

    IngressTotals plus(IngressTotals other) {
        SortedMap<Integer, ExitTotals> sum = new TreeMap<>(exits);
        other.exits.forEach((exit, totals) -> sum.merge(exit, totals, ExitTotals::plus));
        return new IngressTotals(
                accepted + other.accepted,
                inFlight + other.inFlight,
                sum,
                Counts.plus(lost, other.lost),
                Counts.plus(refused, other.refused),
                latency.plus(other.latency),
                queueingNanos + other.queueingNanos,
                computeNanos + other.computeNanos,
                networkNanos + other.networkNanos,
                Counts.plus(completedByPolicy, other.completedByPolicy));
    }

    /** What came since {@code earlier}; in flight stays as it is now. */
    IngressTotals since(IngressTotals earlier) {
        SortedMap<Integer, ExitTotals> difference = new TreeMap<>();
        exits.forEach((exit, totals) ->
                difference.put(exit, totals.minus(earlier.exits.getOrDefault(exit, ExitTotals.NONE))));
        return new IngressTotals(
                accepted - earlier.accepted,
                inFlight,
                difference,
                Counts.minus(lost, earlier.lost),
                Counts.minus(refused, earlier.refused),
                latency.minus(earlier.latency),
                queueingNanos - earlier.queueingNanos,
                computeNanos - earlier.computeNanos,
                networkNanos - earlier.networkNanos,
                Counts.minus(completedByPolicy, earlier.completedByPolicy));
    }
}
