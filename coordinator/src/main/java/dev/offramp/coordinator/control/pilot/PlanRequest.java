package dev.offramp.coordinator.control.pilot;

import dev.offramp.coordinator.simulation.Steering;
import dev.offramp.partition.Chain;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Service;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.profile.ExitProfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a scheduler is asked: orders for services that share nodes. Immutable by agreement.
 *
 * @param capacityOf nodes, in jobs, the one in service included
 */
public record PlanRequest(
        long id, SchedulerChoice choice, List<Case> cases, Map<NodeId, Integer> capacityOf, Estimates estimates) {
    /**
     * One service.
     *
     * @param chains those that jobs can take now
     * @param inForce over these chains, shadow jobs included
     * @param ordered the same without shadow jobs, which schedulers neither plan for nor order
     * @param told jobs by the step of {@code inForce} that held when they came
     * @param shadowShare share of the jobs that run to the final exit whatever is decided
     * @param fitted exit profile that fits what was seen, if the published one did not
     * @param refit whether exits behave unlike the profile, so that it is to be fitted
     * @param ended jobs that completed since the scheduler was asked before; only for those that learn from jobs
     */
    record Case(
            Service service,
            List<Chain> chains,
            Orders inForce,
            Orders ordered,
            double[] told,
            double shadowShare,
            Optional<ExitProfile> fitted,
            boolean refit,
            List<Steering.Fate> ended) {
        Case {
            chains = List.copyOf(chains);
            ended = List.copyOf(ended);
        }

        /** What jobs were told on average. */
        Orders averageInForce() {
            return inForce.averaged(told);
        }
    }

    public PlanRequest {
        cases = List.copyOf(cases);
        capacityOf = Map.copyOf(capacityOf);
    }
}
