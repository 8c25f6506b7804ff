package dev.offramp.coordinator.control.pilot;

import dev.offramp.coordinator.simulation.Link;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import java.util.List;
import java.util.Map;

/**
 * What is known of arrivals, service times, exits and nodes. Immutable by agreement.
 *
 * @param leaving share of the jobs served at a hop that leave there
 * @param completed jobs by exit in the last window, from exit 1
 * @param jobsAt nodes at the end of the last window
 * @param busyElsewhere share of a node's time that goes to services which others decide about
 * @param links that have been measured, whoever uses them
 * @param travelling bytes to a hop for each of its jobs, where they have been counted
 */
record Estimates(
        Map<ServiceId, Arrivals> arrivals,
        Map<HopId, Times> times,
        Map<HopId, Double> leaving,
        Map<ServiceId, long[]> completed,
        Map<NodeId, Integer> jobsAt,
        Map<NodeId, Double> busyElsewhere,
        List<Link> links,
        Map<HopId, Double> travelling) {
    /**
     * @param rate jobs per second
     * @param error its standard error
     * @param dispersion variance over mean of the number of arrivals in a second
     */
    record Arrivals(double rate, double error, double dispersion) {
        boolean isMeasured() {
            return Double.isFinite(error);
        }
    }

    /**
     * Service times of a hop.
     *
     * @param mean seconds
     * @param jobs they were measured with, older ones counting less
     */
    record Times(double mean, double scv, double jobs) {}
}
