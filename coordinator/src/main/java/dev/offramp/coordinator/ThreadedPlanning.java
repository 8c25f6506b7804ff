package dev.offramp.coordinator;

import dev.offramp.coordinator.control.Planning;
import dev.offramp.coordinator.control.pilot.Plan;
import dev.offramp.coordinator.control.pilot.PlanRequest;
import dev.offramp.coordinator.control.pilot.Planner;
import dev.offramp.time.NanoClock;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Schedulers on a thread of their own, one question after the other. Thread-safe. */
final class ThreadedPlanning implements Planning {
    private static final Logger log = LoggerFactory.getLogger(ThreadedPlanning.class);

    private final Planner planner;
    private final Executor thread;
    private final NanoClock clock;

    /** @param thread a single one, to which the planner is confined */
    ThreadedPlanning(Planner planner, Executor thread, NanoClock clock) {
        this.planner = planner;
        this.thread = thread;
        this.clock = clock;
    }

    @Override
    public void plan(PlanRequest request, Consumer<Plan> answer) {
        try {
            thread.execute(() -> answer.accept(planned(request)));
        } catch (RejectedExecutionException e) {
            log.debug("question {} comes too late: the coordinator stops", request.id());
        }
    }

    /** A question always gets its answer, whatever happens: without one its services would never be asked about again. */
    private Plan planned(PlanRequest request) {
        long start = clock.nanoTime();
        try {
            Plan plan = planner.plan(request);
            log.debug(
                    "{} answers question {} after {} ms",
                    request.choice().scheduler(),
                    request.id(),
                    (clock.nanoTime() - start) / 1_000_000);
            return plan;
        } catch (RuntimeException | Error e) {
            log.error("{} failed: this is a bug", request.choice().scheduler(), e);
            return new Plan.Failed(request.id(), "the scheduler failed: see the coordinator's log");
        }
    }
}
