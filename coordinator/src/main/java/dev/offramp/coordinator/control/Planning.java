package dev.offramp.coordinator.control;

import dev.offramp.coordinator.control.pilot.Plan;
import dev.offramp.coordinator.control.pilot.PlanRequest;
import java.util.function.Consumer;

/** Port to the schedulers, which may take seconds. Never blocks. */
public interface Planning {
    /** Answers once, from any thread; never if the coordinator stops. */
    void plan(PlanRequest request, Consumer<Plan> answer);
}
