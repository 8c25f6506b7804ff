package dev.offramp.coordinator.simulation;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import java.util.List;
import java.util.Optional;

/** Decides about jobs while they run through a simulation. Every method does nothing unless overridden. Confined. */
public interface Steering {
    /** What a scheduler may see of the stations. Valid during the call only. */
    interface View {
        /** Jobs at a node, the one in service included. */
        int jobs(NodeId node);

        /** Jobs that wait at a node. */
        int waiting(NodeId node);

        /** Jobs of a service under way: what its ingress waits to hear about. */
        int inFlight(ServiceId service);

        /** Room for jobs at a node, the one in service included. */
        int capacity(NodeId node);
    }

    /**
     * What became of a job.
     *
     * @param thresholds what it was told last
     * @param exit where it left, from 1; 0 if it was lost
     * @param confidences at the exits that it passed and the one where it left, in order
     * @param seconds since its arrival
     */
    record Fate(
            ServiceId service,
            ChainId chain,
            Thresholds thresholds,
            int exit,
            List<Float> confidences,
            double seconds) {}

    /** A job is about to arrive; what jobs of the service are told from now on, empty if that stays as it is. */
    default Optional<Orders> arriving(ServiceId service, View view) {
        return Optional.empty();
    }

    /** A job starts at a hop (from 0) of its chain; its thresholds from here on, empty if they stay as they are. */
    default Optional<Thresholds> starting(ServiceId service, ChainId chain, int hop, View view) {
        return Optional.empty();
    }

    /** A job completed or was lost. */
    default void ended(Fate fate, View view) {}
}
