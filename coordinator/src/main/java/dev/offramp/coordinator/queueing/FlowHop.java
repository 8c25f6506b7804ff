package dev.offramp.coordinator.queueing;

/**
 * One visit of a flow to a station.
 *
 * @param station index of the station
 * @param service the service time of this flow's jobs there
 * @param continuation the probability that a job served here goes on to the next hop, 0 … 1; the others leave the
 *     network completed, by an early exit. Without effect on the last hop
 */
public record FlowHop(int station, ServiceMoments service, double continuation) {
    public FlowHop {
        if (station < 0) {
            throw new IllegalArgumentException("station (" + station + ") of a hop must be 0 or more");
        }
        Arguments.probability("continuation", continuation);
    }

    /** A hop with constant service time that every job continues from. */
    public static FlowHop deterministic(int station, double serviceTime) {
        return new FlowHop(station, ServiceMoments.deterministic(serviceTime), 1);
    }
}
