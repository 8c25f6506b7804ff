package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.policy.Thresholds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * What no thresholds can beat: the most right answers per accepted job where jobs come evenly, never wait, and may be turned
 * away at no cost, so that a node or link can be busy all the time and loses nobody. That is the optimum of {@link
 * CapacityProgram} at load 1. A scheduler that does not know what an exit will say before the job is there cannot have
 * better averages in the long run, however it reacts: queues only take from them. Without load it is the accuracy of the best
 * thresholds for the profile. As exact as {@link ThresholdSearch}, which is asked from {@value #STARTS} vectors. Immutable.
 *
 * @param correctGoodput right answers per accepted job
 * @param accuracy right answers per job that is not turned away
 * @param lossRatio share of the jobs that are turned away
 * @param latency seconds, on servers and links
 */
public record Ceiling(double correctGoodput, double accuracy, double lossRatio, double latency) {
    private static final int STARTS = 24;

    public static Ceiling of(Deployment deployment, Workload workload) {
        CapacityPlanner planner = new CapacityPlanner(deployment, workload, starts(deployment));
        planner.turnAway();
        double[] full = new double[planner.resources()];
        Arrays.fill(full, 1);
        CapacityPlanner.Yield yield = planner.yieldOf(full);
        return new Ceiling(
                yield.right(),
                yield.answered() > 0 ? yield.right() / yield.answered() : 0,
                1 - yield.answered(),
                yield.seconds());
    }

    /** At random, for the deepest of the services; those of shallower ones begin with as many of the thresholds. */
    private static List<float[]> starts(Deployment deployment) {
        int exits = deployment.services().stream()
                .map(ServiceModel::exits)
                .mapToInt(behaviour -> behaviour.exits())
                .max()
                .orElseThrow();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        List<float[]> starts = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            float[] start = new float[exits];
            for (int exit = 0; exit < exits; exit++) {
                start[exit] = random.nextInt(4) == 0 ? Thresholds.CLOSED : (float) random.nextDouble();
            }
            starts.add(start);
        }
        return starts;
    }
}
