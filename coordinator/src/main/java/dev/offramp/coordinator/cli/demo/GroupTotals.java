package dev.offramp.coordinator.cli.demo;

import dev.offramp.coordinator.cli.top.LatencyCounts;
import dev.offramp.partition.profile.ExitMix;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the accepted frames of one group, e.g. those under one policy version. Immutable.
 *
 * @param exits how many left where, and how many of them were right
 * @param lost by reason
 */
record GroupTotals(ExitMix exits, Map<String, Long> lost, Latencies latencies) {
    /** Of completed frames. */
    record Latencies(LatencyCounts total, LatencyCounts queueing, LatencyCounts compute, LatencyCounts network) {
        Latencies plus(Latencies other) {
            return new Latencies(
                    total.plus(other.total),
                    queueing.plus(other.queueing),
                    compute.plus(other.compute),
                    network.plus(other.network));
        }
    }

    static GroupTotals empty(int exits) {
        return new GroupTotals(
                ExitMix.of(new long[exits], new long[exits]),
                Map.of(),
                new Latencies(LatencyCounts.NONE, LatencyCounts.NONE, LatencyCounts.NONE, LatencyCounts.NONE));
    }

    GroupTotals {
        lost = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(lost));
    }

    long completed() {
        return exits.completed();
    }

    long lostJobs() {
        return lost.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Frames with an outcome. */
    long accepted() {
        return completed() + lostJobs();
    }

    double lossRatio() {
        return accepted() == 0 ? 0 : (double) lostJobs() / accepted();
    }

    GroupTotals plus(GroupTotals other) {
        Map<String, Long> sum = new TreeMap<>(lost);
        other.lost.forEach((reason, jobs) -> sum.merge(reason, jobs, Long::sum));
        return new GroupTotals(exits.plus(other.exits), sum, latencies.plus(other.latencies));
    }
}
