package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.coordinator.simulation.Steering;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides where jobs go and where they leave. Confined; a scheduler may learn from one decision to the next. */
public interface Scheduler {
    /** Orders of every service until the next decision, usually one telemetry window. */
    Map<ServiceId, Orders> schedule(Situation situation);

    /** What became of jobs that were told what it decided before; of some of them at least. */
    default void learn(Situation situation, List<Steering.Fate> ended) {}

    /**
     * What it decides about single jobs where that is possible, which is in a simulation; empty if a decision holds for a
     * window in any case. The orders of {@link #schedule} are in force where this says nothing.
     */
    default Optional<Steering> steering(Situation situation, RandomStreams streams) {
        return Optional.empty();
    }
}
