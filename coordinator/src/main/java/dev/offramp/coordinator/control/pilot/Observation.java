package dev.offramp.coordinator.control.pilot;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What was seen since a decision took effect. Immutable.
 *
 * @param windows telemetry windows that it is about
 * @param jobs that ended in them
 * @param accuracy what the exit profile lets expect of jobs that left where these did; empty without a profile
 * @param measuredAccuracy of the jobs that came with their true label; empty where none did
 * @param exitShares of the completed jobs, from exit 1
 */
public record Observation(
        int windows,
        long jobs,
        double lossRatio,
        OptionalDouble accuracy,
        OptionalDouble measuredAccuracy,
        List<Double> exitShares) {
    public Observation {
        exitShares = List.copyOf(exitShares);
    }
}
