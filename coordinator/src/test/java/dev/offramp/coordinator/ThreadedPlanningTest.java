package dev.offramp.coordinator;

import static dev.offramp.coordinator.Samples.chain;
import static dev.offramp.coordinator.Samples.placement;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.cluster.NodeReport;
import dev.offramp.coordinator.control.ControlEffect;
import dev.offramp.coordinator.control.ControlEvent;
import dev.offramp.coordinator.control.ControlMachine;
import dev.offramp.coordinator.control.Durable;
import dev.offramp.coordinator.control.NodeCommand;
import dev.offramp.coordinator.control.pilot.Plan;
import dev.offramp.coordinator.control.pilot.PlanRequest;
import dev.offramp.coordinator.control.pilot.Planner;
import dev.offramp.coordinator.control.pilot.SchedulerChoice;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ThreadedPlanningTest {
    private static final NodeId NODE = new NodeId("n1");
    private static final ServiceId SERVICE = new ServiceId("roadside");

    /** A machine's first question. */
    private static PlanRequest question() {
        ControlMachine machine = new ControlMachine(Durable.empty(), 0, service -> true);
        machine.on(new ControlEvent.NodeAttached(1, Samples.node(NODE.value(), 1)), 0);
        machine.on(
                new ControlEvent.PlacementRequested(
                        1, placement(chain("a", "n1", "n1")), Samples.models(Samples.model("roadside", 2))),
                0);
        machine.on(new ControlEvent.NodeAnswered(1, NODE, new NodeCommand.Id.Prepared(1), ""), 0);
        machine.on(new ControlEvent.NodeAnswered(1, NODE, new NodeCommand.Id.Activated(1), ""), 0);
        machine.on(new ControlEvent.SchedulerRequested(2, SERVICE, Optional.of(SchedulerChoice.of("fixed"))), 0);
        List<ControlEffect> effects = new ArrayList<>();
        for (long second = 1; second <= 4; second++) {
            long nanos = Duration.ofSeconds(second).toNanos();
            NodeReport report = new NodeReport(
                    nanos,
                    0,
                    List.of(),
                    List.of(new NodeReport.IngressReport(SERVICE, second, List.of(), 0, List.of(), 0, 0)),
                    List.of());
            machine.on(new ControlEvent.NodeHeard(1, NODE, report), nanos);
            effects.addAll(machine.on(new ControlEvent.Tick(), nanos));
        }
        return effects.stream()
                .filter(ControlEffect.Ask.class::isInstance)
                .map(effect -> ((ControlEffect.Ask) effect).request())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aQuestionGetsItsAnswerAlsoWhereTheStackRunsOut() {
        Planner planner = new Planner(service -> {
            throw new StackOverflowError("as a test");
        });
        PlanRequest question = question();
        List<Plan> answers = new ArrayList<>();

        new ThreadedPlanning(planner, Runnable::run, () -> 0).plan(question, answers::add);

        assertThat(answers)
                .containsExactly(new Plan.Failed(question.id(), "the scheduler failed: see the coordinator's log"));
    }
}
